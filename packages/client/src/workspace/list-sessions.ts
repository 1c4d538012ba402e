import { isSessionId, type LeaseHolder, type WakeyError } from '@wakey/core';
import {
  boundedFiles,
  type Disk,
  type Files,
  fileTrouble,
  isLocked,
  type Platform,
  readHolder,
  realFiles,
  thisPlatform,
  unlessAbsent,
} from '@wakey/host';
import { readRecord, type SessionRecord } from './record.js';
import { sessionPaths } from './session-dir.js';

/** One session of a sessions directory, as other processes see it. */
export interface SessionListing {
  readonly id: string;
  /** Absent if the session has no record yet, or if `problem` says why the record cannot be read. */
  readonly record?: SessionRecord;
  readonly problem?: WakeyError;
  /** Whether a live process holds the session. */
  readonly isHeld: boolean;
  /** The holder of the session. If no process holds it: the last holder, if that one ended without a release. */
  readonly holder?: LeaseHolder;
}

/** Which directory to list. */
export interface ListSessionsOptions {
  readonly sessionsDir: string;
  /** @default Node's file system */
  readonly files?: Files;
  /** @default the platform of this process */
  readonly platform?: Platform;
  /** How long the file system may take for one call, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

/**
 * Lists the sessions in a directory, sorted by name, and changes none. A missing directory has no sessions. A directory that
 * cannot be read throws `sessions-dir-unusable`; a session that cannot be read is listed with its `problem`.
 */
export async function listSessions(options: ListSessionsOptions): Promise<readonly SessionListing[]> {
  const { sessionsDir, platform = thisPlatform } = options;
  const files = boundedFiles(options.files ?? realFiles, options.answerWithin);
  const disk: Disk = { files, platform };
  try {
    const entries = (await unlessAbsent(files.readdir(sessionsDir, { withFileTypes: true }))) ?? [];
    const ids = entries.filter((entry) => entry.isDirectory() && isSessionId(entry.name)).map(({ name }) => name);
    return await Promise.all(ids.sort().map((id) => listing(disk, sessionsDir, id)));
  } catch (error) {
    throw fileTrouble('sessions-dir-unusable', 'list the sessions in', sessionsDir, error);
  }
}

/** Lists one session. Never throws, so that the problem of one session does not hide the other sessions. */
async function listing(disk: Disk, sessionsDir: string, id: string): Promise<SessionListing> {
  const paths = sessionPaths(sessionsDir, id);
  const problemOf = (error: unknown) => fileTrouble('session-unreadable', 'read', paths.directory, error);
  try {
    const isHeld = await isLocked(disk, paths.lock);
    const holder = await readHolder(disk, paths.holder);
    const known = { id, isHeld, ...(holder === undefined ? {} : { holder }) };
    try {
      const record = await readRecord(disk, paths.record, id);
      return { ...known, ...(record === undefined ? {} : { record }) };
    } catch (error) {
      return { ...known, problem: problemOf(error) };
    }
  } catch (error) {
    return { id, isHeld: false, problem: problemOf(error) };
  }
}
