import { createHash } from 'node:crypto';
import {
  type CallOptions,
  type CancelSignal,
  type FenceOptions,
  isWakeyError,
  type LeaseHolder,
  type SessionStore,
  WakeyError,
} from '@wakey/core';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import type { EncryptionKeys } from './keys.js';

/** What to encrypt anew. */
export interface ReencryptOptions {
  /** The store that is encrypted, itself. */
  readonly store: SessionStore;
  readonly id: string;
  /** What opens the bundles that are there. @default none: they are not encrypted */
  readonly from?: EncryptionKeys;
  readonly to: EncryptionKeys;
  /** Told to whoever wants the session meanwhile. */
  readonly holder: LeaseHolder;
  readonly signal?: CancelSignal;
}

/** What was done. */
export interface Reencryption {
  /** The newest generation, which `to` opens. */
  readonly generation: number;
  /** Whether the store still keeps generations from before, which only the old keys open. */
  readonly keepsOlder: boolean;
}

/**
 * Encrypts the newest bundle of a session for other keys, and lets the store retire what is older: it is written again
 * until nothing from before is left, since stores keep more than one generation. Each copy is read back whole, with the
 * new keys, before the next is written, so that there is a good generation at every moment. Gives undefined when nothing
 * is kept.
 *
 * Throws `session-in-use` naming the holder while the session runs, `wrong-key` when `from` does not open the newest
 * bundle, `store-unreadable`, `store-unwritable`; the bundles from before are kept then.
 */
export async function reencrypt(options: ReencryptOptions): Promise<Reencryption | undefined> {
  const { store, id, from, to, holder, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const before = from === undefined ? keylessStore(store) : encryptedStore({ ...from, store });
  const after = encryptedStore({ ...to, store });
  const lease = await before.lease(id, holder, call);
  try {
    const first = await copyNewest(before, after, id, { ...call, fence: lease.fence });
    if (first === undefined) return undefined;
    let generation = first;
    for (let copies = 1; copies < MOST_COPIES && (await keepsOlder(store, id, first, call)); copies++) {
      await lease.renew(call);
      generation = (await copyNewest(after, after, id, { ...call, fence: lease.fence })) ?? generation;
    }
    return { generation, keepsOlder: await keepsOlder(store, id, first, call) };
  } finally {
    await lease.release();
  }
}

/** Stores keep two generations; one that keeps more is not filled with copies. */
const MOST_COPIES = 3;

/** Damaged ones count: they were encrypted for the old keys all the same. */
async function keepsOlder(store: SessionStore, id: string, before: number, call: CallOptions): Promise<boolean> {
  try {
    return (await store.read(id, { ...call, before })) !== undefined;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return true;
    throw error;
  }
}

/** Writes the newest bundle of one view of a store through another, and reads it back. Gives its number. */
async function copyNewest(
  from: SessionStore,
  to: SessionStore,
  id: string,
  call: FenceOptions,
): Promise<number | undefined> {
  const bundle = await from.read(id, call);
  if (bundle === undefined) return undefined;
  const written = createHash('sha256');
  const generation = await to.write(id, hashed(bundle.bytes, written), { ...call, metadata: bundle.metadata });
  const copy = await to.read(id, call);
  const read = createHash('sha256');
  if (copy !== undefined) for await (const chunk of copy.bytes) read.update(chunk);
  if (copy?.generation === generation && read.digest('hex') === written.digest('hex')) return generation;
  throw new WakeyError('store-unwritable', {
    what: `Session "${id}" was encrypted anew, and something else was read back.`,
    todo: 'What was kept before is still there. Check the disk.',
    details: { session: id },
  });
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
