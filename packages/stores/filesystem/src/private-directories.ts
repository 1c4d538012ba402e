import { dirname } from 'node:path';
import { closeDirectory, type Disk, isFileError, judgeRoot, markRoot, modeOf, syncDirectory } from '@wakey/host';

/**
 * Creates a private directory (mode 0700) durably. An existing path must be a directory of this user and not a link;
 * the store takes all rights to it away from other users.
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
 * Creates and marks the directory of all sessions if it is missing. An existing directory must belong to this user, and
 * other users must not be able to write into it. If the directory has Wakey's mark, the store takes the right to write
 * away from them.
 */
export async function openRoot(disk: Disk, path: string): Promise<void> {
  const isMade = await makeMissing(disk, path);
  if (isMade) await closeDirectory(disk, path, 'store-unwritable');
  const { is } = await judgeRoot(disk, path, { isMade, forbidden: 0o022, code: 'store-unwritable' });
  if (is === 'not-a-directory') throw unfit('ENOTDIR', `${path} is not a directory`);
  if (is === 'not-ours') throw unfit('EPERM', `${path} belongs to another user`);
  if (is === 'too-open') throw unfit('EPERM', `other users may write into ${path}`);
  if (isMade) await markRoot(disk, path);
}

/** Does not use Node's own recursive mkdir, which never ends if a parent exists and refuses new entries (`/proc/x`). */
async function makeMissing(disk: Disk, path: string): Promise<boolean> {
  try {
    return await makeOne(disk, path);
  } catch (error) {
    if (!isFileError(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeMissing(disk, dirname(path));
    return makeOne(disk, path);
  }
}

/** Creates one directory durably. Returns `false` if the path exists already. */
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
