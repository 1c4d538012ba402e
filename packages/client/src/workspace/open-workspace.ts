import { type LeaseHolder, parseSessionId } from '@wakey/core';
import {
  assertClosed,
  boundedFiles,
  type Disk,
  type FileLock,
  type Files,
  fileTrouble,
  isFileError,
  modeOf,
  octal,
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
import { chooseLivePlace, eraseFormer, isOwnLiveDir } from './live-place.js';
import { deleteTrash, ensureProfile, isProfileEmpty, thinQuarantine, trashScratch } from './profile.js';
import { changedRecord, readRecord, type SessionRecord, writeRecord } from './record.js';
import { closeToOthers, livePaths, openPrivateDirectory, type SessionPaths, sessionPaths } from './session-dir.js';
import { openSessionsDir, type SessionsDir } from './sessions-dir.js';
import { type Workspace, workspaceOf } from './workspace.js';

/** Which session to open, and as whom. */
export interface OpenWorkspaceOptions {
  /** The directory of all sessions; made, mode 0700, where it is missing. */
  readonly sessionsDir: string;
  readonly id: string;
  /** Told to whoever finds the session taken. */
  readonly holder: LeaseHolder;
  readonly clock: WorkspaceClock;
  /** A memory-backed directory where the live profile goes, where it is fit for it. @default the profile is on the disk */
  readonly memoryDir?: string | undefined;
  /** @default Node's file system */
  readonly files?: Files;
  /** @default the one we run on */
  readonly platform?: Platform;
  /** How long the file system may take for one call, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

/** The time a workspace needs. */
export interface WorkspaceClock {
  /** In ms since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * Opens the directory of a session and takes its lock: one owner at a time, for as long as its process lives.
 *
 * Throws `invalid-session-id`; `sessions-dir-unusable` (see `openSessionsDir`; also a full or read-only disk);
 * `session-in-use`, naming the holder; `session-unreadable` when the session's directory or record is there and cannot be
 * used. After a failure the lock is free, what was there is as it was, and what this call has made is gone.
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
    await lock.release().catch(() => undefined); // Closing gives the lock back even where it reports a failed disk.
    await root.undo();
    throw fileTrouble('session-unreadable', 'open the session’s directory', paths.directory, error);
  }
}

interface Entered {
  readonly root: SessionsDir;
  readonly paths: SessionPaths;
  readonly lock: FileLock;
  /** Whether this call has made the session's directory, and nobody has used it since. */
  readonly isNew: boolean;
}

/** How often a lock without a live holder is tried again: its owner is just coming, or somebody only looks at it. */
const TRIES = 20;
const PAUSE = 25;

async function enter(disk: Disk, id: string, options: OpenWorkspaceOptions): Promise<Entered> {
  for (let attempt = 1; ; attempt++) {
    const entered = await enterOnce(disk, id, options, attempt === TRIES);
    if (entered !== undefined) return entered;
    await options.clock.sleep(PAUSE);
  }
}

/** Gives `undefined` when it is worth trying again. */
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
    // Fails where somebody uses it by now, which is right, or where the disk fails, which is told already.
    if (made === true) await abandon(disk, paths).catch(() => undefined);
    await root.undo();
    // Another opener has just undone, under our feet, what it had made.
    if (isFileError(error, 'ENOENT') && !isLast) return undefined;
    const refused = made === false ? 'session-unreadable' : 'sessions-dir-unusable';
    throw fileTrouble(refused, 'open', made === undefined ? root.path : paths.directory, error);
  }
}

/** Removes a directory that we made but could not lock, unless somebody else has locked it since. */
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

/** Whoever made the directory is not always the first to lock it. */
async function isUnused({ files }: Disk, paths: SessionPaths, lock: FileLock): Promise<boolean> {
  try {
    return (await files.readdir(paths.directory)).length === 1;
  } catch (error) {
    await lock.release().catch(() => undefined); // As above: the first failure is the one to tell.
    throw error;
  }
}

/** With the lock ours: puts everything into order. The holder is named first, for those who are refused meanwhile. */
async function settle(
  disk: Disk,
  { id, root, paths: own, lock, isNew }: Entered & { readonly id: string },
  { clock, holder, memoryDir }: OpenWorkspaceOptions,
): Promise<Workspace> {
  const formerHolder = await readHolder(disk, own.holder);
  const known = await readRecord(disk, own.record, id);
  try {
    await writeHolder(disk, own.holder, holder);
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
    // An erasure comes before anything is brought anywhere.
    const record = await currentRecord(disk, own, known ?? id, now(), findings);
    const live = await chooseLivePlace(disk, own, { record, memoryDir, now, sleep });
    const { paths } = live;
    findings.push(...live.findings);
    await trashScratch(disk, paths);
    // A crash may have come between setting one more aside and letting the oldest go.
    await thinQuarantine(disk, paths);
    if (live.liveDir !== undefined) await deleteTrash(disk, paths);
    const deletion = await deleteTrash(disk, own);
    if (!deletion.done) findings.push({ kind: 'trash-left', path: deletion.path });
    const made = isNew ? { under: () => undo(disk, own), after: () => root.undo() } : undefined;
    return workspaceOf({
      disk,
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
    // Puts back who was named before us. The disk that failed may refuse this too; its first failure is the one to tell.
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
  // Behind a closed door nothing was open to others, whatever its own mode said.
  return disk.platform.hasModes && (was & 0o077) !== 0 ? [repaired(paths.directory, octal(was), count)] : [];
}

function repaired(path: string, was: string, count: number): WorkspaceFinding {
  return { kind: 'modes-repaired', path, was, count };
}

/** The record to go on with: `known`, or a new one for the id. */
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
  // A record of the first days does not say: what cannot be brought back is not destroyed on a guess.
  findings.push({ kind: 'erasure-finished', since: known.erasingSince, keep: known.erasingKeep ?? 'newest' });
  const done = { ...unlinked, erasingSince: undefined, erasingKeep: undefined };
  return written(disk, paths, changedRecord(known, done));
}

/** What an erasure that was cut short has left in memory, unless that was on another machine or went with its power. */
async function eraseLive(disk: Disk, own: SessionPaths, { liveDir }: SessionRecord, now: number): Promise<void> {
  if (liveDir === undefined || !(await isOwnLiveDir(disk, liveDir))) return;
  await eraseFormer(disk, livePaths(own, liveDir), now);
}

async function written(disk: Disk, paths: SessionPaths, record: SessionRecord): Promise<SessionRecord> {
  await writeRecord(disk, paths.record, record);
  return record;
}

/** Removes a directory that this call has made, under its lock, and that holds nothing but what this call has put there. */
async function undo({ files }: Disk, paths: SessionPaths): Promise<void> {
  // The disk that failed may refuse this too; its first failure is the one to tell.
  await files.rm(paths.directory, { recursive: true, force: true }).catch(() => undefined);
}
