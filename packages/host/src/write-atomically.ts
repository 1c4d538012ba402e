import { constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FileHandle, type Files, isFileError, unlessAbsent } from './files.js';
import { modeOf, refusesModes } from './modes.js';
import type { Platform } from './platform.js';

/** The file system and the platform on which files are written. */
export interface Disk {
  readonly files: Files;
  readonly platform: Platform;
}

/**
 * Replaces the text of `path`, with mode 0600. Atomic and durable: a reader sees the old text or the new text, also
 * after a crash at any point, and once the call has resolved the new text survives a power cut. A failure leaves no
 * temporary file, unless the process dies. Only the holder of the lock may call it, because the temporary file has a
 * fixed name.
 */
export async function writeAtomically(disk: Disk, path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeDurably(disk, temporary, text);
    await disk.files.rename(temporary, path);
  } catch (error) {
    // A disk that refused the write may also refuse the removal; the first error is the one to report.
    await disk.files.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(disk, dirname(path));
}

/** Returns the path of the temporary file that a crash in `writeAtomically` may leave. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

/**
 * Flushes the names in a directory to the disk. Returns whether the volume supports it: some network and FUSE file
 * systems do not.
 */
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
 * Opens a file without following a symbolic link; a new file gets mode 0600 whatever the umask. Throws `NotAFile` if
 * the path is a pipe or a device, without waiting for it and before changing its mode.
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

/** Closes a file to other users. A volume without modes is accepted if the file is already closed to others. */
async function closeHandle(handle: FileHandle): Promise<void> {
  try {
    await handle.chmod(0o600);
  } catch (error) {
    if (!refusesModes(error) || (modeOf(await handle.stat()) & 0o077) !== 0) throw error;
  }
}

/** Writes a new file with mode 0600; leaves an existing file as it is. For text that is the same in every process. */
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

/**
 * Opens a file for reading. Throws `NotAFile` if the path is a pipe, a device or a directory, without waiting for it.
 */
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
 * Returns the text of a small file, or `undefined` if the file does not exist. Throws `NotAFile` for what Wakey cannot
 * have written: a directory, a pipe or a device, whose reading may never end, and a file larger than `most` bytes.
 */
export async function readText(disk: Disk, path: string, most = LARGEST): Promise<string | undefined> {
  const handle = await unlessAbsent(openToRead(disk, path));
  if (handle === undefined) return undefined;
  try {
    if ((await handle.stat()).size > most) throw new NotAFile(path);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Thrown if a path holds something that Wakey cannot have written. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  /** A code, like the errors of the file system have. */
  readonly code = 'NOTAFILE';

  constructor(path: string) {
    super(`${path} is not a file that Wakey wrote.`);
  }
}

/** A thousand times the size of such a file. */
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
