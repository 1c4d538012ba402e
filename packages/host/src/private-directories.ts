import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError, unlessAbsent } from './files.js';
import { closeDirectory, refusesModes } from './modes.js';
import { quoted } from './trouble.js';
import type { Disk } from './write-atomically.js';

/**
 * Creates a private directory, or checks an existing one: it must be a directory of this user, and not a link. Returns
 * whether it was created. Throws `session-unreadable` if something else is in its place.
 */
export async function openPrivateDirectory(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.files.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
    const found = await disk.files.lstat(path);
    const problem = problemOf(found, disk.platform.uid);
    if (problem !== undefined) throw unfit(path, problem, found, disk.platform.uid);
    return false;
  }
  try {
    // mkdir applies the umask, which may remove bits of the mode.
    await closeDirectory(disk, path, 'session-unreadable');
    return true;
  } catch (error) {
    await disk.files.rmdir(path).catch(() => undefined); // Report the first failure.
    throw error;
  }
}

/** Whether a directory exists, belongs to this user, and is not a link. */
export async function isOwnDirectory(disk: Disk, path: string): Promise<boolean> {
  const found = await unlessAbsent(disk.files.lstat(path));
  return found !== undefined && problemOf(found, disk.platform.uid) === undefined;
}

/**
 * Removes all rights of other users from the contents of `directory`, at any depth: directories 0700, files 0600. Skips
 * links and files that vanish meanwhile. Returns how many entries were open to others.
 */
export async function closeToOthers(disk: Disk, directory: string): Promise<number> {
  if (!disk.platform.hasModes) return 0;
  const { files } = disk;
  const own = await closeOne(disk, directory);
  if (own === undefined) return 0;
  let closed = own;
  for (const entry of (await unlessAbsent(files.readdir(directory, { withFileTypes: true }))) ?? []) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) closed += await closeToOthers(disk, path);
    else if (entry.isFile()) closed += (await closeOne(disk, path)) ?? 0;
  }
  return closed;
}

/** Returns 1 if the mode changed, 0 if not, `undefined` if the entry is gone. */
async function closeOne({ files }: Disk, path: string): Promise<0 | 1 | undefined> {
  const found = await unlessAbsent(files.lstat(path));
  if (found === undefined) return undefined;
  if ((found.mode & 0o077) === 0 || found.isSymbolicLink()) return 0;
  try {
    await unlessAbsent(files.chmod(path, found.isDirectory() ? 0o700 : 0o600));
  } catch (error) {
    // The check of the whole directory reports a volume without modes.
    if (!refusesModes(error)) throw error;
  }
  return 1;
}

function problemOf(found: Stats, uid: number | undefined): 'link' | 'not-a-directory' | 'not-ours' | undefined {
  if (found.isSymbolicLink()) return 'link';
  if (!found.isDirectory()) return 'not-a-directory';
  return uid !== undefined && found.uid !== uid ? 'not-ours' : undefined;
}

function unfit(path: string, problem: 'link' | 'not-a-directory' | 'not-ours', found: Stats, uid?: number): WakeyError {
  const facts = {
    link: {
      what: `${quoted(path)} is a symbolic link, and a link could lead anywhere.`,
      hint: 'Put the session’s directory itself there; the sessions directory as a whole may be a link.',
    },
    'not-a-directory': {
      what: `${quoted(path)} is not a directory.`,
      hint: 'Move the file away, or use another session name.',
    },
    'not-ours': {
      what: `${quoted(path)} belongs to user ${found.uid}, but this process runs as user ${uid}.`,
      hint: `Run: sudo chown -R ${uid} ${quoted(path)}`,
    },
  }[problem];
  return new WakeyError('session-unreadable', { ...facts, details: { path } });
}
