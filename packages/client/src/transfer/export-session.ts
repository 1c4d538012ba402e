import { dirname } from 'node:path';
import {
  type CancelSignal,
  isWakeyError,
  type LeaseHolder,
  type SessionStore,
  type StoredBundle,
  WakeyError,
} from '@wakey/core';
import { type Clock, systemClock } from '@wakey/host';
import { checkBundle } from '../bundle/check.js';
import type { BundleManifest } from '../bundle/manifest.js';
import { packBundle } from '../bundle/pack.js';
import { fenceOf, manifestOf } from '../effects/kept.js';
import { inspectProfile } from '../profile/inspect-profile.js';
import { listProfile } from '../profile/list-profile.js';
import { listSessions } from '../workspace/list-sessions.js';
import type { SessionRecord } from '../workspace/record.js';
import { type HeldSession, holdSession } from './hold-session.js';

/** Which session to export. */
export interface ExportSessionOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** Where generations of it are kept, opened with its key. @default none: only a session at rest can be exported */
  readonly store?: SessionStore;
  /**
   * Whether to take the backup that the store keeps in quarantine after a logout, which nothing else brings back.
   * @default false
   */
  readonly fromQuarantine?: boolean;
  /** Told to whoever wants the session while its profile is read. */
  readonly holder: LeaseHolder;
  /** Aborting makes the call, or the iteration of the bytes, throw `aborted`. */
  readonly signal?: CancelSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A session as one bundle. */
export interface SessionExport {
  /** `profile`: as it is, at rest. `store`: the newest generation that is whole. `quarantine`: as asked for. */
  readonly from: 'profile' | 'store' | 'quarantine';
  /** What the bundle says of itself; `createdAt` is when it was so. */
  readonly manifest: BundleManifest;
  /** The generation, where it is from the store. */
  readonly generation?: number;
  /** Whether that generation is the one that last came back after a restart. */
  readonly isProved?: boolean;
  /** Why it is not from the profile, where it is from the store. */
  readonly why?: 'in-use' | 'profile-not-newest';
  /** Who runs the session, where somebody does. */
  readonly heldBy?: LeaseHolder;
  /** Generations that were passed over, since they are damaged. */
  readonly damaged: readonly number[];
  /** The bundle. May be iterated once, before `close`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Gives back what is held meanwhile. To be called in any case; may be called twice. */
  close(): Promise<void>;
}

/**
 * Gives a session as one bundle, without a browser and without a second writer. At rest it is packed from its profile, under
 * its lock; while somebody runs it, or where the profile is not the newest of it, the newest whole generation of the store is taken.
 *
 * Throws `session-in-use` when it runs and nothing of it is kept, `invalid-argument` when there is no login to export, and
 * what the store and the session's directory throw. After a failure nothing is held and nothing was changed.
 */
export async function exportSession(options: ExportSessionOptions): Promise<SessionExport> {
  const { sessionsDir, id } = options;
  if (options.fromQuarantine === true) return fromQuarantine(options);
  const listing = (await listSessions({ sessionsDir })).find((one) => one.id === id);
  const record = listing?.problem === undefined ? listing?.record : undefined;
  const held = listing === undefined ? undefined : await hold(options, record);
  if (held !== undefined && 'workspace' in held) {
    const exported = await fromProfile(options, held);
    if (exported !== undefined) return exported;
    await held.release();
  }
  const refusal = held !== undefined && 'refusal' in held ? held.refusal : undefined;
  const why = refusal === undefined ? 'profile-not-newest' : 'in-use';
  const heldBy = listing?.isHeld === true ? listing.holder : undefined;
  const exported = await fromStore(options);
  const isProved = exported?.generation === record?.proved?.generation;
  if (exported !== undefined) return { ...exported, isProved, why, ...(heldBy === undefined ? {} : { heldBy }) };
  throw refusal === undefined ? nothingToExport(id) : nothingKept(id, refusal);
}

/** The session, or the error that says who has it. */
async function hold(
  options: ExportSessionOptions,
  record: SessionRecord | undefined,
): Promise<HeldSession | { readonly refusal: WakeyError }> {
  const { clock = systemClock } = options;
  // A profile in memory is read there: it is not brought anywhere for this.
  const memoryDir = record?.liveDir === undefined ? undefined : dirname(dirname(record.liveDir));
  try {
    return await holdSession({ ...options, clock, memoryDir });
  } catch (error) {
    if (isWakeyError(error, 'session-in-use')) return { refusal: error };
    throw error;
  }
}

/** `undefined`, with the session still held, where the profile is not what a start would go on with. */
async function fromProfile(options: ExportSessionOptions, held: HeldSession): Promise<SessionExport | undefined> {
  const { clock = systemClock, signal } = options;
  const { workspace, release } = held;
  try {
    const record = workspace.record();
    const { linkedAt, driver, browser, fence = 0 } = record;
    if (linkedAt === undefined || driver === undefined || browser === undefined) return undefined;
    if ((await inspectProfile(workspace.profileDir)).is !== 'intact') return undefined;
    const kept = await newest(options);
    if (kept !== undefined && (fenceOf(kept) ?? 0) > fence) return undefined;
    const manifest = manifestOf(record, fence, clock.now());
    const bytes = packBundle(manifest, listProfile(workspace.profileDir), signal === undefined ? {} : { signal });
    return { from: 'profile', manifest, damaged: [], bytes, close: () => release() };
  } catch (error) {
    await release().catch(() => undefined); // The first failure is the one to tell.
    throw error;
  }
}

/** A store that cannot be read now does not keep a sound profile from being exported. */
async function newest({ store, id, signal }: ExportSessionOptions): Promise<StoredBundle | undefined> {
  try {
    return await store?.read(id, signal === undefined ? {} : { signal });
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return undefined;
    throw error;
  }
}

/** Each is read to its end before it is given: a backup must not turn out to be none on the day it is needed. */
async function fromStore({ store, id, signal }: ExportSessionOptions): Promise<SessionExport | undefined> {
  const call = signal === undefined ? {} : { signal };
  const damaged: number[] = [];
  let damage: WakeyError | undefined;
  for (let before: number | undefined; ; ) {
    const looked = await store?.read(id, { ...call, ...(before === undefined ? {} : { before }) });
    if (looked === undefined) break;
    const { generation } = looked;
    try {
      const manifest = await checkBundle(looked.bytes, call);
      // It may be iterated once, so it is read again.
      const bytes = async function* () {
        const again = await store?.read(id, { ...call, before: generation + 1 });
        if (again?.generation !== generation) throw gone(id, generation);
        yield* again.bytes;
      };
      return { from: 'store', manifest, generation, damaged, bytes: bytes(), close: async () => undefined };
    } catch (error) {
      if (!isWakeyError(error, 'bundle-damaged') && !isWakeyError(error, 'store-unreadable')) throw error;
      damage ??= error;
      damaged.push(generation);
      before = generation;
    }
  }
  if (damage !== undefined) throw damage;
  return undefined;
}

/** Changes nothing there: it stays until its time is over. */
async function fromQuarantine({ store, id, signal }: ExportSessionOptions): Promise<SessionExport> {
  const call = signal === undefined ? {} : { signal };
  const looked = await store?.quarantine?.read(id, call);
  if (looked === undefined) throw nothingAside(id);
  const { generation } = looked;
  const manifest = await checkBundle(looked.bytes, call);
  const bytes = async function* () {
    const again = await store?.quarantine?.read(id, call);
    if (again?.generation !== generation) throw gone(id, generation);
    yield* again.bytes;
  };
  return { from: 'quarantine', manifest, generation, damaged: [], bytes: bytes(), close: async () => undefined };
}

function nothingAside(id: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `No backup of session "${id}" is in quarantine: no logout has left one, or its time is over.`,
    todo: 'Leave the quarantine out, to export what the session holds now.',
    details: { session: id },
  });
}

function gone(id: string, generation: number): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Generation ${generation} of session "${id}" has been replaced while it was read.`,
    todo: 'Export again: there is a newer one by now.',
    details: { session: id, generation },
  });
}

function nothingKept(id: string, refusal: WakeyError): WakeyError {
  return new WakeyError('session-in-use', {
    what: `Session "${id}" runs, and nothing of it is kept that could be exported meanwhile.`,
    todo: 'Stop it and export again; or let it keep a copy: with a store it does so soon after it is ready.',
    cause: refusal,
    details: refusal.details,
  });
}

function nothingToExport(id: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `Session "${id}" has no login that could be exported: its profile holds none that is sound, and nothing of it is kept.`,
    todo: `Link it first: wakey start ${id}`,
    details: { session: id },
  });
}
