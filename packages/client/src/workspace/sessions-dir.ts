import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WakeyError } from '@wakey/core';
import {
  closeDirectory,
  type Disk,
  fileTrouble,
  isFileError,
  isShared,
  judgeRoot,
  markRoot,
  modeOf,
  octal,
  quoted,
  takeOver,
} from '@wakey/host';

/** The checked directory that holds all sessions. */
export interface SessionsDir {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** The former mode, if other users could read Wakey's own directory and Wakey therefore made it private. */
  readonly repairedFrom: string | undefined;
  /** Removes the directories that the opening created, unless another process uses them by now. */
  undo(): Promise<void>;
}

/**
 * Opens the sessions directory, with checks as strict as those of ssh for its own directory. A missing directory is
 * created with mode 0700 and a `.gitignore`, which marks the directory as Wakey's. If others can read a marked
 * directory, Wakey makes it private again, also if an orchestrator opens it to a group at each mount. For any other
 * directory that others can read or write, or that another user owns, the call throws `sessions-dir-unusable` with the
 * command that makes it usable: Wakey does not change the modes of a directory that another program may use.
 */
export async function openSessionsDir(disk: Disk, wanted: string): Promise<SessionsDir> {
  const asked = checkedPath(wanted);
  const made: string[] = [];
  try {
    await makeMissing(disk, asked, made);
    const isMade = made.length > 0;
    // The umask can remove bits from the mode that mkdir gets.
    if (isMade) await closeDirectory(disk, asked, 'sessions-dir-unusable');
    const path = await disk.files.realpath(asked);
    const repairedFrom = await judge(disk, path, isMade);
    if (isMade || (await disk.files.readdir(path)).length === 0) {
      await markRoot(disk, path);
    }
    return { path, repairedFrom, undo: () => undo(disk, path, made) };
  } catch (error) {
    await undo(disk, asked, made);
    if (isFileError(error, 'EEXIST', 'ENOTDIR')) throw notADirectory(asked, error);
    throw fileTrouble('sessions-dir-unusable', 'use the sessions directory', asked, error);
  }
}

function checkedPath(wanted: string): string {
  if (wanted !== '' && !wanted.includes('\0')) return resolve(wanted);
  throw new WakeyError('sessions-dir-unusable', {
    what:
      wanted === ''
        ? 'The path of the sessions directory is empty.'
        : 'The path of the sessions directory contains a NUL.',
    hint: 'Give the path of a directory.',
  });
}

/**
 * Creates a directory and its missing parents, and adds the created ones to `made`, the outermost first. Node's own
 * recursive mkdir never ends if a parent exists and refuses new entries (`/proc/x`).
 */
async function makeMissing(disk: Disk, path: string, made: string[]): Promise<void> {
  const makeOne = async () => {
    try {
      await disk.files.mkdir(path, { mode: 0o700 });
      made.push(path);
    } catch (error) {
      if (!isFileError(error, 'EEXIST')) throw error;
    }
  };
  try {
    await makeOne();
  } catch (error) {
    if (!isFileError(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeMissing(disk, dirname(path), made);
    await makeOne();
  }
}

/** Returns the former mode if others could read the directory and Wakey made it private. */
async function judge(disk: Disk, path: string, isMade: boolean): Promise<string | undefined> {
  const verdict = await judgeRoot(disk, path, { isMade, forbidden: 0o077, code: 'sessions-dir-unusable' });
  if (verdict.is === 'fit') return verdict.repairedFrom;
  if (verdict.is === 'not-a-directory') throw notADirectory(path);
  if (verdict.is === 'not-ours') throw notOurs(path, verdict.found, disk.platform.uid);
  throw tooOpen(path, modeOf(verdict.found), isShared(verdict.found));
}

async function undo(disk: Disk, path: string, made: readonly string[]): Promise<void> {
  if (made.length === 0) return;
  try {
    if ((await disk.files.readdir(path)).some((name) => name !== '.gitignore')) return;
    await disk.files.rm(join(path, '.gitignore'), { force: true });
    for (const directory of made.toReversed()) await disk.files.rmdir(directory);
  } catch (error) {
    // Another process uses the directory by now. The caller reports the failure because of which it calls `undo`.
    if (isFileError(error, 'ENOTEMPTY', 'EEXIST')) await markRoot(disk, path).catch(() => undefined);
  }
}

function notADirectory(path: string, cause?: unknown): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The sessions directory ${quoted(path)} is not a directory, or a part of its path is not.`,
    hint: 'Choose another directory.',
    cause,
    details: { path },
  });
}

function notOurs(path: string, found: Stats, uid: number | undefined): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The sessions directory ${quoted(path)} belongs to user ${found.uid}, but this process runs as user ${uid}.`,
    hint: takeOver(path),
    details: { path, owner: found.uid },
  });
}

function tooOpen(path: string, mode: number, isShared: boolean): WakeyError {
  const can = (mode & 0o022) === 0 ? 'read' : 'write';
  const another = 'name a directory that does not exist yet, such as one inside it: Wakey creates it private.';
  return new WakeyError('sessions-dir-unusable', {
    what: `Others can ${can} the sessions directory ${quoted(path)}: its mode is ${octal(mode)}.`,
    // Do not advise closing a shared directory: a closed /tmp breaks other programs.
    hint: isShared
      ? `It is shared on purpose, so ${another}`
      : `Run: chmod 700 ${quoted(path)}   or ${another} If chmod changes nothing, the volume does not store modes: choose a directory on another volume.`,
    details: { path, mode: octal(mode) },
  });
}
