import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WakeyError } from '@wakey/core';
import {
  closeDirectory,
  type Disk,
  fileTrouble,
  isFileError,
  modeOf,
  octal,
  quoted,
  readText,
  takeOver,
  unlessAbsent,
  writeOnce,
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
    const isOurs = isMade || (await hasOurMark(disk, path));
    const repairedFrom = await judge(disk, path, isOurs);
    if (isMade || (await disk.files.readdir(path)).length === 0) {
      await writeOnce(disk, join(path, '.gitignore'), MARKED);
    }
    return { path, repairedFrom, undo: () => undo(disk, path, made) };
  } catch (error) {
    await undo(disk, asked, made);
    if (isFileError(error, 'EEXIST', 'ENOTDIR')) throw notADirectory(asked, error);
    throw fileTrouble('sessions-dir-unusable', 'use the sessions directory', asked, error);
  }
}

const MARK = '# Wakey keeps sessions here: secrets, never to be committed.\n';
const MARKED = `${MARK}*\n`;

function checkedPath(wanted: string): string {
  if (wanted !== '' && !wanted.includes('\0')) return resolve(wanted);
  throw new WakeyError('sessions-dir-unusable', {
    what:
      wanted === ''
        ? 'The name of the sessions directory is empty.'
        : 'The name of the sessions directory contains a NUL.',
    todo: 'Name a directory.',
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
async function judge(disk: Disk, path: string, isOurs: boolean): Promise<string | undefined> {
  const found = await disk.files.stat(path);
  if (!found.isDirectory()) throw notADirectory(path);
  if (!disk.platform.hasModes) return undefined;
  const mode = modeOf(found);
  if (isMountedForUs(disk, found)) return undefined;
  if (found.uid !== disk.platform.uid) throw notOurs(path, found, disk.platform.uid);
  if ((mode & 0o077) === 0) return undefined;
  const isShared = (found.mode & STICKY) !== 0;
  if (!isOurs || isShared) throw tooOpen(path, mode, isShared);
  await closeDirectory(disk, path, 'sessions-dir-unusable');
  return octal(mode);
}

/** A volume that root has mounted for our group, and for nobody else, as Kubernetes does: nothing of it can be closed further. */
function isMountedForUs({ platform }: Disk, { uid, gid, mode }: Stats): boolean {
  return uid === 0 && platform.uid !== 0 && (mode & 0o007) === 0 && platform.groups.includes(gid);
}

/** Whether the directory has the mark that Wakey puts into its own, and no other user has put it there. */
async function hasOurMark(disk: Disk, directory: string): Promise<boolean> {
  const path = join(directory, '.gitignore');
  const found = await unlessAbsent(disk.files.lstat(path));
  if (found?.isFile() !== true || (disk.platform.hasModes && found.uid !== disk.platform.uid)) return false;
  return (await readText(disk, path))?.startsWith(MARK) === true;
}

/** Set on directories that everybody may write into, such as `/tmp`. */
const STICKY = 0o1000;

async function undo(disk: Disk, path: string, made: readonly string[]): Promise<void> {
  if (made.length === 0) return;
  try {
    if ((await disk.files.readdir(path)).some((name) => name !== '.gitignore')) return;
    await disk.files.rm(join(path, '.gitignore'), { force: true });
    for (const directory of made.toReversed()) await disk.files.rmdir(directory);
  } catch (error) {
    // Somebody has begun to use it in between. Whatever else goes wrong, the failure that led here is the one to tell.
    if (isFileError(error, 'ENOTEMPTY', 'EEXIST'))
      await writeOnce(disk, join(path, '.gitignore'), MARKED).catch(() => undefined);
  }
}

function notADirectory(path: string, cause?: unknown): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The sessions directory ${quoted(path)} is not a directory, or a part of its path is not.`,
    todo: 'Choose another directory.',
    cause,
    details: { path },
  });
}

function notOurs(path: string, found: Stats, uid: number | undefined): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The sessions directory ${quoted(path)} belongs to user ${found.uid}, not to ${uid}, who runs this.`,
    todo: takeOver(path),
    details: { path, owner: found.uid },
  });
}

function tooOpen(path: string, mode: number, isShared: boolean): WakeyError {
  const can = (mode & 0o022) === 0 ? 'read' : 'write';
  const another = 'name a directory that is not there yet, such as one below it, which is then made private.';
  return new WakeyError('sessions-dir-unusable', {
    what: `Others can ${can} the sessions directory ${quoted(path)}: its mode is ${octal(mode)}.`,
    // Closing /tmp would be worse than what it cures.
    todo: isShared
      ? `It is shared on purpose, so ${another}`
      : `Run: chmod 700 ${quoted(path)}   or ${another} Where chmod changes nothing, the volume keeps no modes: choose another.`,
    details: { path, mode: octal(mode) },
  });
}
