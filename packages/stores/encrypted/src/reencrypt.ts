import { createHash } from 'node:crypto';
import {
  type CallOptions,
  type CancelSignal,
  type FenceOptions,
  isWakeyError,
  type LeaseHolder,
  type Quarantined,
  type SessionStore,
  type StoredBundle,
  type StoredSegment,
  WakeyError,
} from '@wakey/core';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import type { EncryptionKeys } from './keys.js';

/** Options of `reencrypt`. */
export interface ReencryptOptions {
  /** The store that holds the encrypted backups, without `encryptedStore` around it. */
  readonly store: SessionStore;
  readonly id: string;
  /** The keys that open the present bundles. @default none: the bundles are not encrypted */
  readonly from?: EncryptionKeys;
  readonly to: EncryptionKeys;
  /**
   * The generation of the proved backup. `reencrypt` encrypts it again too, however old it is.
   * @default the backup that the newest one names as proved, if any
   */
  readonly proved?: number;
  /** The name of this process in the error of another process that tries to use the session in the meantime. */
  readonly holder: LeaseHolder;
  readonly signal?: CancelSignal;
}

/** The result of `reencrypt`. */
export interface Reencryption {
  /** The newest generation, which `to` opens. */
  readonly generation: number;
  /** Whether the store still keeps generations from before, which only the old keys open. */
  readonly keepsOlder: boolean;
  /** The new number of the proved generation. Absent if it could not be read. */
  readonly proved?: number;
  /**
   * The damage that ends the segments of the newest backup: the copy has the segments before it, as a restore would have had.
   * Absent if all of them are intact.
   */
  readonly damage?: WakeyError;
  /** The backup in quarantine, which stays as it was: only the old keys open it. Absent if there is none. */
  readonly quarantined?: Quarantined;
}

/**
 * Encrypts the newest bundle of a session, together with its segments, for other keys. It writes that bundle again until the store has removed all
 * older generations, because stores keep more than one. It reads each copy back whole, with the new keys, before it
 * writes the next, so that a good generation exists at every moment. It copies the proved generation before the last
 * copy of the newest, which names it as proved. A proved generation that cannot be read stays as it was. Returns
 * undefined if the session has no backup.
 *
 * Throws `session-in-use` naming the holder while the session runs, `wrong-key` when `from` does not open the newest
 * bundle, `store-unreadable`, `store-unwritable`. After an error the old bundles are still in the store.
 */
export async function reencrypt(options: ReencryptOptions): Promise<Reencryption | undefined> {
  const { store, id, from, to, holder, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const before = from === undefined ? keylessStore(store) : encryptedStore({ ...from, store });
  const after = encryptedStore({ ...to, store });
  const lease = await before.lease(id, holder, call);
  try {
    const newest = await before.read(id, call);
    if (newest === undefined) return undefined;
    const { proved = provedBy(newest) } = options;
    let by: Copying = { ...call, fence: lease.fence, keep: proved === undefined ? [] : [proved] };
    let damage: WakeyError | undefined;
    const first = await copy(newest, before, after, id, by, (error) => {
      damage = error;
    });
    const carried = proved === newest.generation ? first : await copyProved(before, after, id, { ...by, proved });
    let generation = carried ?? first;
    if (carried !== undefined) by = { ...by, keep: [carried], proved: carried };
    for (let copies = 1; copies < MOST_COPIES; copies++) {
      if (copies > 1 || carried === undefined) if (!(await keepsOlder(store, id, first, call))) break;
      await lease.renew(call);
      // By now the copy of the proved generation has a greater number than the first copy of the newest.
      const from = await after.read(id, copies === 1 ? { ...call, before: first + 1 } : call);
      if (from !== undefined) generation = await copy(from, after, after, id, by);
    }
    const quarantined = await store.quarantine?.look(id, call);
    return {
      generation,
      keepsOlder: await keepsOlder(store, id, first, call),
      ...(carried === undefined ? {} : { proved: carried }),
      ...(damage === undefined ? {} : { damage }),
      ...(quarantined === undefined ? {} : { quarantined }),
    };
  } finally {
    await lease.release();
  }
}

/**
 * How often to write the newest bundle. Stores keep two generations; a store that keeps more is not filled with copies.
 */
const MOST_COPIES = 3;

/**
 * Whether the store still has a generation older than `before`. Damaged ones count: they are encrypted for the old keys
 * too.
 */
async function keepsOlder(store: SessionStore, id: string, before: number, call: CallOptions): Promise<boolean> {
  try {
    return (await store.read(id, { ...call, before })) !== undefined;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return true;
    throw error;
  }
}

/** How to write a copy. `proved` is the generation that the copy names as proved. */
interface Copying extends FenceOptions {
  readonly keep: readonly number[];
  readonly proved?: number | undefined;
}

/** Writes a bundle with its segments to `to`, reads them back and compares. Returns the generation of the copy. */
async function copy(
  { generation: number, bytes, metadata }: StoredBundle,
  from: SessionStore,
  to: SessionStore,
  id: string,
  { proved, ...call }: Copying,
  onDamage: (error: WakeyError) => void = () => undefined,
): Promise<number> {
  const [written, read] = [createHash('sha256'), createHash('sha256')];
  const [segmentsWritten, segmentsRead] = [createHash('sha256'), createHash('sha256')];
  const named = proved === undefined ? metadata : { ...metadata, proved: String(proved) };
  const segments =
    from.segments && to.segments && hashed(intact(from.segments.read(id, number, call), onDamage), segmentsWritten);
  const generation = await to.write(id, hashed(bytes, written), {
    ...{ ...call, metadata: named },
    ...(segments && { segments }),
  });
  const found = await to.read(id, call);
  if (found !== undefined) for await (const _ of hashed(found.bytes, read));
  if (to.segments) for await (const _ of hashed(bytesOf(to.segments.read(id, generation, call)), segmentsRead));
  const isEqual = written.digest('hex') === read.digest('hex');
  const areEqual = segmentsWritten.digest('hex') === segmentsRead.digest('hex');
  if (found?.generation === generation && isEqual && areEqual) return generation;
  throw new WakeyError('store-unwritable', {
    what: `The store wrote a newly encrypted backup of session "${id}" and read different bytes back.`,
    hint: 'Earlier backups are unchanged. Check the disk.',
    details: { session: id },
  });
}

/** The bytes of the segments before the first one that is damaged: a restore uses no others either. */
async function* intact(
  segments: AsyncIterable<StoredSegment>,
  onDamage: (error: WakeyError) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(segments);
  } catch (error) {
    if (!isWakeyError(error, 'store-unreadable')) throw error;
    onDamage(error);
  }
}

async function* bytesOf(segments: AsyncIterable<StoredSegment>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of segments) yield bytes;
}

/**
 * Copies the proved generation. Returns undefined if that generation is gone or damaged, or if the keys do not open it;
 * it then stays as it is.
 */
async function copyProved(
  from: SessionStore,
  to: SessionStore,
  id: string,
  { proved, ...call }: Copying,
): Promise<number | undefined> {
  if (proved === undefined) return undefined;
  try {
    const bundle = await from.read(id, { ...call, before: proved + 1 });
    return bundle?.generation === proved ? await copy(bundle, from, to, id, call) : undefined;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable') || isWakeyError(error, 'wrong-key')) return undefined;
    throw error;
  }
}

/** The proved generation that the metadata of a bundle names. A session writes it beside each bundle. */
function provedBy({ metadata }: StoredBundle): number | undefined {
  const number = Number(metadata.proved ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
