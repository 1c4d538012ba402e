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

/** The directory that holds all sessions, found fit. */
export interface SessionsDir {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** The mode it had, where it was ours and open to others and had to be closed. */
  readonly repairedFrom: string | undefined;
  /** Removes what opening it has made, as far as nobody uses it by now. */
  undo(): Promise<void>;
}

/**
 * Opens the sessions directory, as strict as ssh about its own. Missing: it is made, mode 0700, with a `.gitignore` that
 * marks it as ours. Ours by that mark and open to others: repaired, also where an orchestrator opens it to a group at each mount. Anything else that others can read or write, or
 * that somebody else owns, is refused with `sessions-dir-unusable` and the command that would make it fit: Wakey does not
 * change the modes of a directory that may serve something else as well.
 */
export async function openSessionsDir(disk: Disk, wanted: string): Promise<SessionsDir> {
  const asked = checkedPath(wanted);
  const made: string[] = [];
  try {
    await makeMissing(disk, asked, made);
    const isMade = made.length > 0;
    // mkdir lets the umask take bits away.
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
        ? 'The name of the sessions directory is empty.'
        : 'The name of the sessions directory contains a NUL.',
    hint: 'Name a directory.',
  });
}

/**
 * Makes a directory and the parents it lacks, and adds those made to `made`, the outermost first. Not Node's own recursive
 * mkdir: that one never ends where a parent is there and still refuses (`/proc/x`).
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

/** Gives the mode it had when it had to be closed to others. */
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
    // Somebody has begun to use it in between. Whatever else goes wrong, the failure that led here is the one to tell.
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
    what: `The sessions directory ${quoted(path)} belongs to user ${found.uid}, not to ${uid}, who runs this.`,
    hint: takeOver(path),
    details: { path, owner: found.uid },
  });
}

function tooOpen(path: string, mode: number, isShared: boolean): WakeyError {
  const can = (mode & 0o022) === 0 ? 'read' : 'write';
  const another = 'name a directory that is not there yet, such as one below it, which is then made private.';
  return new WakeyError('sessions-dir-unusable', {
    what: `Others can ${can} the sessions directory ${quoted(path)}: its mode is ${octal(mode)}.`,
    // Closing /tmp would be worse than what it cures.
    hint: isShared
      ? `It is shared on purpose, so ${another}`
      : `Run: chmod 700 ${quoted(path)}   or ${another} Where chmod changes nothing, the volume keeps no modes: choose another.`,
    details: { path, mode: octal(mode) },
  });
}
