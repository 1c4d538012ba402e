import { type LeaseHolder, type ProfileFormat, parseSessionId } from '@wakey/core';
import {
  assertClosed,
  boundedFiles,
  closeToOthers,
  type Disk,
  type FileLock,
  type Files,
  fileTrouble,
  isFileError,
  modeOf,
  octal,
  openPrivateDirectory,
  type Platform,
  readHolder,
  realFiles,
  sessionInUse,
  syncDirectory,
  takeLock,
  temporaryOf,
  thisPlatform,
  unlessAbsent,
  writeHolder,
  writeOnce,
} from '@wakey/host';
import { finishErasure, unlinked } from './erasure.js';
import type { WorkspaceFinding } from './finding.js';
import { chooseLivePlace, eraseFormer, isOwnLiveDir, profilesOf } from './live-place.js';
import { deleteTrash, ensureProfile, isProfileEmpty, thinQuarantine, trashScratch } from './profile.js';
import { changedRecord, readRecord, type SessionRecord, writeRecord } from './record.js';
import { livePaths, type SessionPaths, sessionPaths } from './session-dir.js';
import { openSessionsDir, type SessionsDir } from './sessions-dir.js';
import { type Workspace, workspaceOf } from './workspace.js';

/** Which session to open, and for which holder. */
export interface OpenWorkspaceOptions {
  /** The directory of all sessions; created with mode 0700 if it is missing. */
  readonly sessionsDir: string;
  readonly id: string;
  /** The holder that other processes see while the session is open. */
  readonly holder: LeaseHolder;
  readonly clock: WorkspaceClock;
  /** The format of the live profile; `undefined` if the driver’s browser keeps none. */
  readonly format: ProfileFormat | undefined;
  /** A memory-backed directory for the live profile, used if it has room. @default the profile is on the disk */
  readonly memoryDir?: string | undefined;
  /**
   * Ends the browser that a crashed process left running on this profile. Called under the lock, before anything reads,
   * copies or erases the profile, because such a browser still writes to it.
   */
  readonly endLeftBrowser?: (profileDir: string) => Promise<void>;
  /** @default Node's file system */
  readonly files?: Files;
  /** @default the platform of this process */
  readonly platform?: Platform;
  /** How long the file system may take for one call, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

/** The clock that a workspace needs. */
export interface WorkspaceClock {
  /** In ms since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * Opens the directory of a session and takes its lock. Only one process can hold the lock, until it releases it or
 * dies.
 *
 * Throws `invalid-session-id`; `sessions-dir-unusable` (see `openSessionsDir`; also a full or read-only disk);
 * `session-in-use`, which names the holder; `session-unreadable` if the session's directory or record exists and cannot
 * be used. After a failure the lock is free, existing files are unchanged, and files that this call created are
 * removed.
 */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<Workspace> {
  const id = parseSessionId(options.id);
  const disk: Disk = {
    files: boundedFiles(options.files ?? realFiles, options.answerWithin),
    platform: options.platform ?? thisPlatform,
  };
  const entered = await enter(disk, id, options);
  const { root, paths, lock, isNew } = entered;
  try {
    return await settle(disk, { ...entered, id }, options);
  } catch (error) {
    if (isNew) await undo(disk, paths);
    await lock.release().catch(() => undefined); // Closing the file releases the lock even if the disk fails.
    await root.undo();
    throw fileTrouble('session-unreadable', 'open the session’s directory', paths.directory, error);
  }
}

interface Entered {
  readonly root: SessionsDir;
  readonly paths: SessionPaths;
  readonly lock: FileLock;
  /** Whether this call created the session's directory and no other process has used it since. */
  readonly isNew: boolean;
}

/**
 * How often to try a lock again that is taken although no live holder is recorded: its new holder may not have written
 * its record yet, or another process may only check the lock.
 */
const TRIES = 20;
const PAUSE = 25;

async function enter(disk: Disk, id: string, options: OpenWorkspaceOptions): Promise<Entered> {
  for (let attempt = 1; ; attempt++) {
    const entered = await enterOnce(disk, id, options, attempt === TRIES);
    if (entered !== undefined) return entered;
    await options.clock.sleep(PAUSE);
  }
}

/** Returns `undefined` if another try may succeed. */
async function enterOnce(
  disk: Disk,
  id: string,
  { sessionsDir, holder }: OpenWorkspaceOptions,
  isLast: boolean,
): Promise<Entered | undefined> {
  const root = await openSessionsDir(disk, sessionsDir);
  const paths = sessionPaths(root.path, id);
  let made: boolean | undefined;
  try {
    made = await openPrivateDirectory(disk, paths.directory);
    const lock = await takeLock(disk, paths.lock);
    if (lock !== undefined) return { root, paths, lock, isNew: made && (await isUnused(disk, paths, lock)) };
    const named = await readHolder(disk, paths.holder);
    const isLive = named?.host === holder.host && (await disk.platform.process(named.pid)) !== undefined;
    if (isLive || isLast) throw sessionInUse(id, named);
    return undefined;
  } catch (error) {
    // Ignore a failure: either another process uses the directory by now, or the disk fails, which the thrown error
    // reports.
    if (made === true) await abandon(disk, paths).catch(() => undefined);
    await root.undo();
    // Another opener has just removed the directory that it had created.
    if (isFileError(error, 'ENOENT') && !isLast) return undefined;
    const refused = made === false ? 'session-unreadable' : 'sessions-dir-unusable';
    throw fileTrouble(refused, 'open', made === undefined ? root.path : paths.directory, error);
  }
}

/** Removes a directory that this call created but could not lock, unless another process has locked it since. */
async function abandon(disk: Disk, paths: SessionPaths): Promise<void> {
  try {
    await disk.files.rmdir(paths.directory);
  } catch (error) {
    if (!isFileError(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    const lock = await takeLock(disk, paths.lock);
    if (lock === undefined) return;
    if (await isUnused(disk, paths, lock)) await undo(disk, paths);
    await lock.release();
  }
}

/** Whether no process has used the directory yet: another process than its creator may have locked it first. */
async function isUnused({ files }: Disk, paths: SessionPaths, lock: FileLock): Promise<boolean> {
  try {
    return (await files.readdir(paths.directory)).length === 1;
  } catch (error) {
    await lock.release().catch(() => undefined); // Report the first failure.
    throw error;
  }
}

/**
 * Repairs the directory under its lock. Writes the holder first, so that processes that cannot take the lock can name
 * it.
 */
async function settle(
  disk: Disk,
  { id, root, paths: own, lock, isNew }: Entered & { readonly id: string },
  { clock, holder, format, memoryDir, endLeftBrowser }: OpenWorkspaceOptions,
): Promise<Workspace> {
  const formerHolder = await readHolder(disk, own.holder);
  const known = await readRecord(disk, own.record, id);
  try {
    await writeHolder(disk, own.holder, holder);
    if (endLeftBrowser !== undefined) for (const at of await profilesOf(disk, own, known)) await endLeftBrowser(at);
    const findings: WorkspaceFinding[] = [];
    if (root.repairedFrom !== undefined) findings.push(repaired(root.path, root.repairedFrom, 1));
    findings.push(...(await repairModes(disk, own)));
    await unlessAbsent(disk.files.unlink(temporaryOf(own.record)));
    await writeOnce(disk, own.ignore, '*\n');
    if (!(await syncDirectory(disk, own.directory))) findings.push({ kind: 'names-not-flushed', path: own.directory });
    const now = () => clock.now();
    const sleep = (ms: number) => clock.sleep(ms);
    await trashScratch(disk, own);
    await ensureProfile(disk, own);
    // Finish an interrupted erasure before any copy of the profile.
    const record = await currentRecord(disk, own, known ?? id, now(), findings);
    const live = await chooseLivePlace(disk, own, { record, format, memoryDir, now, sleep });
    const { paths } = live;
    findings.push(...live.findings);
    await trashScratch(disk, paths);
    // After a crash, the quarantine may hold a profile too many: a new one came, and the oldest is not yet in the
    // trash.
    await thinQuarantine(disk, paths);
    if (live.liveDir !== undefined) await deleteTrash(disk, paths);
    const deletion = await deleteTrash(disk, own);
    if (!deletion.done) findings.push({ kind: 'trash-left', path: deletion.path });
    const made = isNew ? { under: () => undo(disk, own), after: () => root.undo() } : undefined;
    return workspaceOf({
      disk,
      format,
      own,
      paths,
      live,
      lock,
      holder,
      formerHolder,
      record,
      findings,
      now,
      sleep,
      undo: made,
    });
  } catch (error) {
    // Restore the record of the former holder. A failed disk may refuse this too; report the first failure.
    const put =
      formerHolder === undefined ? disk.files.unlink(own.holder) : writeHolder(disk, own.holder, formerHolder);
    await put.catch(() => undefined);
    throw error;
  }
}

async function repairModes(disk: Disk, paths: SessionPaths): Promise<readonly WorkspaceFinding[]> {
  const was = modeOf(await disk.files.stat(paths.directory));
  const count = await closeToOthers(disk, paths.directory);
  await assertClosed(disk, paths.directory, 'session-unreadable');
  // If the directory itself was private, others could read nothing in it, whatever the modes of its files.
  return disk.platform.hasModes && (was & 0o077) !== 0 ? [repaired(paths.directory, octal(was), count)] : [];
}

function repaired(path: string, was: string, count: number): WorkspaceFinding {
  return { kind: 'modes-repaired', path, was, count };
}

/** The record to use: `known`, or a new record for the id. */
async function currentRecord(
  disk: Disk,
  paths: SessionPaths,
  known: SessionRecord | string,
  now: number,
  findings: WorkspaceFinding[],
): Promise<SessionRecord> {
  if (typeof known === 'string') {
    if (!(await isProfileEmpty(disk, paths))) findings.push({ kind: 'record-missing', path: paths.record });
    return written(disk, paths, { version: 1, id: known, createdAt: now, generation: 0 });
  }
  if (known.erasingSince === undefined) return known;
  await finishErasure(disk, paths, known, now);
  await eraseLive(disk, paths, known, now);
  // An old record does not contain `erasingKeep`: then keep the newest backup, because its deletion cannot be undone.
  findings.push({ kind: 'erasure-finished', since: known.erasingSince, keep: known.erasingKeep ?? 'newest' });
  const done = { ...unlinked, erasingSince: undefined, erasingKeep: undefined };
  return written(disk, paths, changedRecord(known, done));
}

/**
 * Erases a profile that an interrupted erasure left in memory. Does nothing if that memory is on another machine, or
 * lost its content in a restart.
 */
async function eraseLive(disk: Disk, own: SessionPaths, { liveDir }: SessionRecord, now: number): Promise<void> {
  if (liveDir === undefined || !(await isOwnLiveDir(disk, liveDir))) return;
  await eraseFormer(disk, livePaths(own, liveDir), now);
}

async function written(disk: Disk, paths: SessionPaths, record: SessionRecord): Promise<SessionRecord> {
  await writeRecord(disk, paths.record, record);
  return record;
}

/** Removes the session's directory under its lock. Only for a directory that this opening created. */
async function undo({ files }: Disk, paths: SessionPaths): Promise<void> {
  // A failed disk may refuse this too; report the first failure.
  await files.rm(paths.directory, { recursive: true, force: true }).catch(() => undefined);
}
