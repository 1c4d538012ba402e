import { constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FileHandle, type Files, isFileError, unlessAbsent } from './files.js';
import { modeOf, refusesModes } from './modes.js';
import type { Platform } from './platform.js';

/** Where files are written, and by which rules. */
export interface Disk {
  readonly files: Files;
  readonly platform: Platform;
}

/**
 * Replaces the text of `path`, mode 0600. Atomic and durable: whoever reads sees the old text or the new one, also after
 * a crash at any point, and once it resolved the new one survives a power cut. A failure leaves no temporary file,
 * unless the process dies. Only for whoever holds the lock: the temporary file has a fixed name.
 */
export async function writeAtomically(disk: Disk, path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeDurably(disk, temporary, text);
    await disk.files.rename(temporary, path);
  } catch (error) {
    // A disk that refused the write may refuse this as well; the first refusal is the one to tell.
    await disk.files.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(disk, dirname(path));
}

/** The temporary file that a crash in `writeAtomically` may leave. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

/** Flushes the names in a directory to the disk. Gives whether its volume can: some network and FUSE file systems cannot. */
export async function syncDirectory({ files, platform }: Disk, path: string): Promise<boolean> {
  if (!platform.syncsDirectories) return true;
  const handle = await files.open(path, 'r');
  try {
    await handle.sync();
    return true;
  } catch (error) {
    if (isFileError(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF')) return false;
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Opens a file without following a link in its place, made with mode 0600 whatever the umask. Throws `NotAFile` for a pipe
 * or a device in its place, without waiting for it and before its mode is touched.
 */
export async function openPrivately({ files, platform }: Disk, path: string, flags: number) {
  const safely = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await files.open(path, flags | safely, 0o600);
  try {
    if (!(await handle.stat()).isFile()) throw new NotAFile(path);
    if (platform.hasModes) await closeHandle(handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A volume that sets no modes will do where the file is closed to others as it is. */
async function closeHandle(handle: FileHandle): Promise<void> {
  try {
    await handle.chmod(0o600);
  } catch (error) {
    if (!refusesModes(error) || (modeOf(await handle.stat()) & 0o077) !== 0) throw error;
  }
}

/** Writes a file that is not there yet, mode 0600; one that is there stays. For text that everybody would write the same. */
export async function writeOnce(disk: Disk, path: string, text: string): Promise<void> {
  try {
    const handle = await openPrivately(disk, path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
  }
}

/** Opens a file for reading. Throws `NotAFile` for a pipe, a device or a directory in its place, without waiting for it. */
export async function openToRead({ files }: Disk, path: string): Promise<FileHandle> {
  const handle = await files.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await handle.stat()).isFile()) throw new NotAFile(path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The text of a small file, or `undefined` when it does not exist. Throws `NotAFile` for what Wakey cannot have written: a
 * directory, a pipe or a device, whose reading may never end, and a file larger than 1 MB.
 */
export async function readText(disk: Disk, path: string): Promise<string | undefined> {
  const handle = await unlessAbsent(openToRead(disk, path));
  if (handle === undefined) return undefined;
  try {
    if ((await handle.stat()).size > LARGEST) throw new NotAFile(path);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Something is in the place of a file that no file of ours can be. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  /** As the errors of the file system have one. */
  readonly code = 'NOTAFILE';

  constructor(path: string) {
    super(`${path} is no file that Wakey wrote.`);
  }
}

/** A thousand times what such a file has. */
const LARGEST = 1024 * 1024;

async function writeDurably(disk: Disk, path: string, text: string): Promise<void> {
  const handle = await openPrivately(disk, path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
