import { dirname } from 'node:path';
import { type BundleManifest, checkBundle, packBundle } from '@wakey/bundle';
import {
  type CancelSignal,
  isWakeyError,
  type LeaseHolder,
  type ProfileFormat,
  type SessionStore,
  type StoredBundle,
  WakeyError,
} from '@wakey/core';
import { type Clock, systemClock } from '@wakey/host';
import { formatOf, refuseOtherFormat } from '../profile/recorded-format.js';
import { manifestOf } from '../runtime/kept.js';
import { lastHolderOf } from '../runtime/rungs.js';
import { listSessions } from '../workspace/list-sessions.js';
import type { SessionRecord } from '../workspace/record.js';
import { type HeldSession, holdSession } from './hold-session.js';
import { type MergeOptions, mergedBackup } from './merged-backup.js';

/** Which session to export. */
export interface ExportSessionOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** The format of the session’s profile: that of its driver. */
  readonly format: ProfileFormat;
  /**
   * The store with the session's backups, opened with its key. @default none: only a session that is not running can be
   * exported
   */
  readonly store?: SessionStore;
  /**
   * Whether to export the backup that the store holds in quarantine after a logout. Nothing else restores that backup.
   * @default false
   */
  readonly fromQuarantine?: boolean;
  /** The holder that other processes see while the profile is read. */
  readonly holder: LeaseHolder;
  /** If it aborts, the call or the iteration of the bytes throws `aborted`. */
  readonly signal?: CancelSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A session as one bundle. */
export interface SessionExport {
  /**
   * `profile`: the live profile of a session that is not running. `store`: the newest undamaged backup. `quarantine`: the
   * backup in quarantine.
   */
  readonly from: 'profile' | 'store' | 'quarantine';
  /** The manifest of the bundle. `createdAt` is the time of its content. */
  readonly manifest: BundleManifest;
  /** The generation of the backup, if the export is from the store. */
  readonly generation?: number;
  /** Whether that backup is the proved backup. */
  readonly isProved?: boolean;
  /** Why the export is from the store and not from the profile. */
  readonly why?: 'in-use' | 'profile-not-newest';
  /** The holder of the session, if a process runs it. */
  readonly heldBy?: LeaseHolder;
  /** Generations of damaged backups that were skipped. */
  readonly damaged: readonly number[];
  /** The bundle. May be iterated once, before `close`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Releases the session. Call it in any case; it may be called twice. */
  close(): Promise<void>;
}

/**
 * Exports a session as one bundle, without a browser and without a second writer. If the session is not running, packs
 * its profile under its lock. If a process runs the session, or a backup is newer than the profile, exports the newest
 * undamaged backup from the store.
 *
 * Throws `session-in-use` if the session runs and has no backup, `invalid-argument` if there is no login to export, and
 * the errors of the store and of the session's directory. After a failure the session is released and unchanged.
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

/** Takes the session, or returns the error that names its holder. */
async function hold(
  options: ExportSessionOptions,
  record: SessionRecord | undefined,
): Promise<HeldSession | { readonly refusal: WakeyError }> {
  const { clock = systemClock } = options;
  // Read a profile in memory where it is, without moving it.
  const memoryDir = record?.liveDir === undefined ? undefined : dirname(dirname(record.liveDir));
  try {
    return await holdSession({ ...options, clock, memoryDir });
  } catch (error) {
    if (isWakeyError(error, 'session-in-use')) return { refusal: error };
    throw error;
  }
}

/** Exports the profile. Returns `undefined`, without releasing the session, if a start would not use the profile. */
async function fromProfile(options: ExportSessionOptions, held: HeldSession): Promise<SessionExport | undefined> {
  const { clock = systemClock, signal, format } = options;
  const { workspace, release } = held;
  try {
    const record = workspace.record();
    refuseOtherFormat(record, format);
    const { linkedAt, driver, browser, fence = 0 } = record;
    if (linkedAt === undefined || driver === undefined || browser === undefined) return undefined;
    if ((await format.inspect(workspace.profileDir)).is !== 'intact') return undefined;
    const kept = await newest(options);
    if (kept !== undefined && (await isHeldSince(options, kept, fence))) return undefined;
    const manifest = manifestOf(record, fence, clock.now());
    const call = signal === undefined ? {} : { signal };
    const bytes = packBundle(manifest, format.list(workspace.profileDir, call), call);
    return { from: 'profile', manifest, damaged: [], bytes, close: () => release() };
  } catch (error) {
    await release().catch(() => undefined); // Report the first failure.
    throw error;
  }
}

/** Whether a later holder of the lease wrote the backup or appended to it. */
async function isHeldSince({ store, id, signal }: ExportSessionOptions, kept: StoredBundle, fence: number) {
  if (store === undefined) return false;
  return (await lastHolderOf({ store, id, signal }, kept)).fence > fence;
}

/**
 * Reads the newest backup. Returns `undefined` if the store cannot be read now, so that a good profile is still
 * exported.
 */
async function newest({ store, id, signal }: ExportSessionOptions): Promise<StoredBundle | undefined> {
  try {
    return await store?.read(id, signal === undefined ? {} : { signal });
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return undefined;
    throw error;
  }
}

/** Exports the newest undamaged backup. Reads each backup to its end first, so that no damaged backup is exported. */
async function fromStore(options: ExportSessionOptions): Promise<SessionExport | undefined> {
  const { store, id, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const damaged: number[] = [];
  let damage: WakeyError | undefined;
  for (let before: number | undefined; ; ) {
    const read = () => store?.read(id, { ...call, ...(before === undefined ? {} : { before }) });
    const looked = await read();
    if (looked === undefined) break;
    try {
      return { from: 'store', damaged, ...(await exportable(options, looked, { through: 'last', read })) };
    } catch (error) {
      if (!isWakeyError(error, 'bundle-damaged') && !isWakeyError(error, 'store-unreadable')) throw error;
      damage ??= error;
      damaged.push(looked.generation);
      before = looked.generation;
    }
  }
  if (damage !== undefined) throw damage;
  return undefined;
}

/** Exports the backup in quarantine, which stays there until its time is over. */
async function fromQuarantine(options: ExportSessionOptions): Promise<SessionExport> {
  const { store, id, signal } = options;
  const read = async () => store?.quarantine?.read(id, signal === undefined ? {} : { signal });
  const looked = await read();
  if (looked === undefined) throw nothingAside(id);
  return { from: 'quarantine', damaged: [], ...(await exportable(options, looked, { through: 'proved', read })) };
}

/** How to merge a backup. `read` reads the same backup again: a bundle can be iterated only once. */
interface Merging extends Pick<MergeOptions, 'through'> {
  readonly read: () => Promise<StoredBundle | undefined> | undefined;
}

/** A backup with its segments as one bundle. */
async function exportable(
  { store, id, signal, format, sessionsDir }: ExportSessionOptions,
  { generation, bytes }: StoredBundle,
  { through, read }: Merging,
): Promise<Pick<SessionExport, 'manifest' | 'generation' | 'bytes' | 'close'>> {
  const call = signal === undefined ? {} : { signal };
  const manifest = await checkBundle(bytes, call);
  const again = async function* () {
    const found = await read();
    if (found?.generation !== generation) throw gone(id, generation);
    yield* found.bytes;
  };
  // A profile of another format is exported as it is: only its own format can apply segments.
  const canMerge = store !== undefined && formatOf(manifest) === format.name;
  const merging = { id, generation, bytes: again(), format, sessionsDir, through, signal };
  const merged = canMerge ? await mergedBackup({ ...merging, store }) : undefined;
  return { generation, manifest, bytes: again(), close: async () => undefined, ...merged };
}

function nothingAside(id: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `No backup of session "${id}" is in quarantine: no logout has left one there, or its time has expired.`,
    hint: 'Export without quarantine to get the session’s present login.',
    details: { session: id },
  });
}

function gone(id: string, generation: number): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Backup ${generation} of session "${id}" was replaced while it was read.`,
    hint: 'Export again to get the newer backup.',
    details: { session: id, generation },
  });
}

function nothingKept(id: string, refusal: WakeyError): WakeyError {
  return new WakeyError('session-in-use', {
    what: `Session "${id}" is running and has no backup that could be exported instead of its profile.`,
    hint: 'Stop the session and export again, or run it with a store: Wakey writes a backup there soon after the session is ready.',
    cause: refusal,
    details: refusal.details,
  });
}

function nothingToExport(id: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `Session "${id}" has no login to export: its profile is empty or damaged, and it has no backup.`,
    hint: `Link it first: wakey start ${id}`,
    details: { session: id },
  });
}
