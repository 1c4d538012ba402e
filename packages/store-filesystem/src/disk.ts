import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The file-system calls of a store: Node's own, unless a test wants to fail one of them. */
export type Files = Pick<
  typeof nodeFiles,
  'chmod' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'stat' | 'unlink'
>;

/** An open file. */
export type FileHandle = Awaited<ReturnType<Files['open']>>;

/** Node's own file system. */
export const realFiles: Files = nodeFiles;

/** Windows keeps other users out of a user's folders by inheritance, and flushes no directory. */
const isPosix = process.platform !== 'win32';

/** Whether a thrown value is a file-system error with one of these codes. */
export function isFileError(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

/** What `promise` gives, or `undefined` where the file it is about does not exist. */
export async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Opening a pipe would wait for its other end, in one of the few threads that Node has for files. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/** A volume that sets no modes will do where what is there is closed to others as it is. */
async function closeToOthers(mode: number, chmod: () => Promise<void>): Promise<void> {
  try {
    await chmod();
  } catch (error) {
    if (!isFileError(error, 'EPERM', ...UNABLE) || (mode & 0o077) !== 0) throw error;
  }
}

/** What a volume answers that cannot do something at all. */
const UNABLE = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'] as const;

/** Opens a file for reading; rejects with `NOTAFILE` for a pipe or a device in its place, without waiting for it. */
export async function openToRead(files: Files, path: string): Promise<FileHandle> {
  const handle = await files.open(path, constants.O_RDONLY | WITHOUT_WAITING);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw unfit('NOTAFILE', `${path} is no file`);
}

/** The text of a file; rejects as `openToRead` does. */
export async function readText(files: Files, path: string): Promise<string> {
  const handle = await openToRead(files, path);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Opens a file without following a link in its place; one that it makes has mode 0600 whatever the umask. */
export async function openPrivately(files: Files, path: string, flags: number): Promise<FileHandle> {
  const handle = await files.open(path, flags | (constants.O_NOFOLLOW ?? 0) | WITHOUT_WAITING, 0o600);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw unfit('NOTAFILE', `${path} is no file`);
    if (isPosix && (flags & constants.O_CREAT) !== 0) await closeToOthers(found.mode, () => handle.chmod(0o600));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Makes a directory with mode 0700, for good; one that is there must be a directory, not a link, and ours, and is closed
 * to others.
 */
export async function openPrivateDirectory(files: Files, path: string): Promise<void> {
  await makeOne(files, path);
  const found = await files.lstat(path);
  if (found.isSymbolicLink()) throw unfit('ELOOP', `${path} is a symbolic link`);
  if (!found.isDirectory()) throw unfit('ENOTDIR', `${path} is not a directory`);
  if (!isPosix) return;
  if (found.uid !== process.getuid?.()) throw unfit('EPERM', `${path} belongs to another user`);
  if ((found.mode & 0o777) !== 0o700) await closeToOthers(found.mode, () => files.chmod(path, 0o700));
}

/** Makes the directory of all sessions where it is missing; one that is there must be ours, and not writable by others. */
export async function openRoot(files: Files, path: string): Promise<void> {
  const isMade = await makeMissing(files, path);
  if (!isPosix) return;
  if (isMade) await closeToOthers((await files.stat(path)).mode, () => files.chmod(path, 0o700));
  const found = await files.stat(path);
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

/**
 * Replaces the text of `path`. Atomic and durable: a reader sees the old text or the new one, also after a crash at any
 * point. One writer at a time: the temporary file has a fixed name.
 */
export async function writeAtomically(files: Files, path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    const handle = await openPrivately(files, temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    // A disk that refused the write may refuse this as well; the first refusal is the one to tell.
    await files.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(files, dirname(path));
}

/** Flushes the names in a directory to the disk. */
export async function syncDirectory(files: Files, path: string): Promise<void> {
  if (!isPosix) return;
  const handle = await files.open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems flush no names: what was written last may be missing there after a power cut.
    if (!isFileError(error, 'EBADF', ...UNABLE)) throw error;
  } finally {
    await handle.close();
  }
}

/** Not Node's own recursive mkdir: that one never ends where a parent is there and still refuses (`/proc/x`). */
async function makeMissing(files: Files, path: string): Promise<boolean> {
  try {
    return await makeOne(files, path);
  } catch (error) {
    if (!isFileError(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeMissing(files, dirname(path));
    return makeOne(files, path);
  }
}

/** Makes one directory for good; `false` when it was there. */
async function makeOne(files: Files, path: string): Promise<boolean> {
  try {
    await files.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
    throw error;
  }
  await syncDirectory(files, dirname(path));
  return true;
}

function unfit(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
