import { dirname } from 'node:path';
import { closeDirectory, type Disk, isFileError, judgeRoot, markRoot, modeOf, syncDirectory } from '@wakey/host';

/** Makes a private directory (mode 0700) durably. An existing one must be a directory of ours, not a link; other users lose their rights to it. */
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
 * Makes and marks the directory of all sessions if it is missing. An existing one must belong to this user, and other users must
 * not be able to write into it. If it has our mark, the store takes that right away from them.
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
