import { dirname } from 'node:path';
import { type Disk, isFileError, refusesModes, syncDirectory } from '@wakey/host';

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
  if (found.uid !== process.getuid?.()) throw unfit('EPERM', `${path} belongs to another user`);
  if ((found.mode & 0o777) !== 0o700) await closeToOthers(found.mode, () => disk.files.chmod(path, 0o700));
}

/** Makes the directory of all sessions where it is missing; one that is there must be ours, and not writable by others. */
export async function openRoot(disk: Disk, path: string): Promise<void> {
  const isMade = await makeMissing(disk, path);
  if (!disk.platform.hasModes) return;
  if (isMade) await closeToOthers((await disk.files.stat(path)).mode, () => disk.files.chmod(path, 0o700));
  const found = await disk.files.stat(path);
  if (isMountedForUs(found)) return;
  if (found.uid !== process.getuid?.()) throw unfit('EPERM', `${path} belongs to another user`);
  if ((found.mode & 0o022) !== 0) throw unfit('EPERM', `others may write into ${path}`);
}

/** A volume that root has mounted for our group, and for nobody else, as Kubernetes does. */
function isMountedForUs({
  uid,
  gid,
  mode,
}: {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}): boolean {
  const groups = [...(process.getgroups?.() ?? []), process.getgid?.()];
  return uid === 0 && process.getuid?.() !== 0 && (mode & 0o007) === 0 && groups.includes(gid);
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

/** A volume that sets no modes will do where what is there is closed to others as it is. */
async function closeToOthers(mode: number, chmod: () => Promise<void>): Promise<void> {
  try {
    await chmod();
  } catch (error) {
    if (!refusesModes(error) || (mode & 0o077) !== 0) throw error;
  }
}
