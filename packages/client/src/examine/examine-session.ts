import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileFormat, ProfileInspection } from '@wakey/core';
import {
  ANSWER_WITHIN,
  answerOf,
  isFileError,
  isLocked,
  modeOf,
  octal,
  realFiles,
  thisPlatform,
  unlessAbsent,
} from '@wakey/host';
import { formatOf } from '../profile/recorded-format.js';
import { readRecord } from '../workspace/record.js';
import { livePaths, sessionPaths } from '../workspace/session-dir.js';

/** Which session to examine. */
export interface ExamineSessionOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** The format of the session’s profile. A profile of another format is not inspected. */
  readonly format: ProfileFormat;
}

/** The result of examining a session's directory, which changes nothing. Paths are absolute. */
export interface SessionExamination {
  /**
   * Absent while a process runs the session, because the profile then keeps changing, and for a profile of another
   * format.
   */
  readonly profile?: ProfileInspection;
  /** The path of the live profile. */
  readonly profileDir: string;
  readonly isInMemory: boolean;
  /** The process id of a browser that runs on the profile although no process holds the session. */
  readonly strayBrowser?: number;
  readonly quarantine: { readonly count: number; readonly bytes: number };
  /** Directories of the session that other users can read. */
  readonly open: readonly { readonly path: string; readonly mode: string }[];
  /** Whether an erasure was interrupted. The next start finishes it. */
  readonly isErasing: boolean;
}

/** Examines a session. Throws `session-unreadable` if its record or its profile cannot be read. */
export function examineSession(options: ExamineSessionOptions): Promise<SessionExamination> {
  // An examination reads far less than a start, so three times the limit of one call is enough for all of its calls.
  return answerOf('look at the session', join(options.sessionsDir, options.id), examined(options), 3 * ANSWER_WITHIN);
}

async function examined({ sessionsDir, id, format }: ExamineSessionOptions): Promise<SessionExamination> {
  const disk = { files: realFiles, platform: thisPlatform };
  const own = sessionPaths((await unlessAbsent(realpath(sessionsDir))) ?? sessionsDir, id);
  const record = await readRecord(disk, own.record, id);
  const paths = record?.liveDir === undefined ? own : livePaths(own, record.liveDir);
  const isOfFormat = record === undefined || formatOf(record) === format.name;
  const profile = isOfFormat ? await profileAtRest(format, paths.profile, () => isLocked(disk, own.lock)) : undefined;
  const [strayBrowser] =
    profile === undefined ? [] : await thisPlatform.processesWith(format.lock.argument(paths.profile));
  return {
    ...(profile === undefined ? {} : { profile }),
    profileDir: paths.profile,
    isInMemory: paths !== own,
    ...(strayBrowser === undefined ? {} : { strayBrowser }),
    quarantine: await contentOf(paths.quarantine),
    open: await openTo([own.directory, paths.profile]),
    isErasing: record?.erasingSince !== undefined,
  };
}

/** Inspects a profile without taking the lock. Returns `undefined` if a process held the session before or after. */
async function profileAtRest(
  format: ProfileFormat,
  profile: string,
  isHeld: () => Promise<boolean>,
): Promise<ProfileInspection | undefined> {
  if (await isHeld()) return undefined;
  const found = await format.inspect(profile);
  return (await isHeld()) ? undefined : found;
}

async function contentOf(directory: string): Promise<{ readonly count: number; readonly bytes: number }> {
  const entries = await entriesOf(directory);
  const sizes = await Promise.all(entries.map((entry) => bytesOf(entry)));
  return { count: entries.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function bytesOf(entry: Dirent): Promise<number> {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isDirectory()) return (await unlessAbsent(lstat(path)))?.size ?? 0;
  let bytes = 0;
  for (const each of await entriesOf(path)) bytes += await bytesOf(each);
  return bytes;
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return [];
    throw error;
  }
}

async function openTo(paths: readonly string[]): Promise<SessionExamination['open']> {
  if (!thisPlatform.hasModes) return [];
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await unlessAbsent(lstat(path));
      return stats === undefined || (modeOf(stats) & 0o077) === 0 ? [] : [{ path, mode: octal(modeOf(stats)) }];
    }),
  );
  return found.flat();
}
