import { dirname } from 'node:path';
import { closeDirectory, type Disk, isFileError, judgeRoot, markRoot, modeOf, syncDirectory } from '@wakey/host';

/**
 * Makes a directory with mode 0700, for good; one that is there must be a directory, not a link, and ours, and is closed
 * to others.
 */
export async function openPrivateDirectory(disk: Disk, path: string): Promise<void> {
  await makeOne(disk, path);
  const found = await disk.files.lstat(path);
  if (found.isSymbolicLink()) throw unfit('ELOOP', `${path} is a symbolic link`);
  if (!found.isDirectory()) throw unfit('ENOTDIR', `${path} is not a directory`);
  if (!disk.platform.hasModes) return;
  if (found.uid !== disk.platform.uid) throw unfit('EPERM', `${path} belongs to another user`);
  if (modeOf(found) !== 0o700) await closeDirectory(disk, path, 'store-unwritable');
}

/**
 * Makes the directory of all sessions where it is missing, and marks it as ours; one that is there must be ours, and not
 * writable by others. One with our mark that others may write into is closed.
 */
export async function openRoot(disk: Disk, path: string): Promise<void> {
  const isMade = await makeMissing(disk, path);
  if (isMade) await closeDirectory(disk, path, 'store-unwritable');
  const { is } = await judgeRoot(disk, path, { isMade, forbidden: 0o022, code: 'store-unwritable' });
  if (is === 'not-a-directory') throw unfit('ENOTDIR', `${path} is not a directory`);
  if (is === 'not-ours') throw unfit('EPERM', `${path} belongs to another user`);
  if (is === 'too-open') throw unfit('EPERM', `others may write into ${path}`);
  if (isMade) await markRoot(disk, path);
}

/** Not Node's own recursive mkdir: that one never ends where a parent is there and still refuses (`/proc/x`). */
async function makeMissing(disk: Disk, path: string): Promise<boolean> {
  try {
    return await makeOne(disk, path);
  } catch (error) {
    if (!isFileError(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeMissing(disk, dirname(path));
    return makeOne(disk, path);
  }
}

/** Makes one directory for good; `false` when it was there. */
async function makeOne(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.files.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
    throw error;
  }
  await syncDirectory(disk, dirname(path));
  return true;
}

function unfit(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
