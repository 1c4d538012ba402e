// Another package that type-checks this file needs the declaration too.
/// <reference path="./fs-native-extensions.d.ts" />
import { constants } from 'node:fs';
import { tryLock } from 'fs-native-extensions';
import { type FileHandle, isFileError, unlessAbsent } from './files.js';
import { type Disk, NotAFile, openPrivately } from './write-atomically.js';

/** A lock of the operating system that an open file of this process holds: the lock ends with the process. */
export interface FileLock {
  /** The open file. The holder of the lock may read and write it. */
  readonly handle: FileHandle;
  /** Returns where the locked file is now, because other processes lock whatever file is at its path. */
  look(): Promise<LockFile>;
  /** Releases the lock. May be called twice. */
  release(): Promise<void>;
}

/**
 * `current`: the locked file is at its path. `elsewhere`: it has another name, or its volume is no longer mounted
 * there. `removed`: it has no name.
 */
export interface LockFile {
  readonly is: 'current' | 'elsewhere' | 'removed';
}

/**
 * Takes the exclusive lock on `path` and creates the file if it is missing; returns `undefined` if another process
 * holds the lock. Node opens every file with close-on-exec, so no child process keeps the lock after this process.
 */
export async function takeLock(disk: Disk, path: string): Promise<FileLock | undefined> {
  // If the holder removes the lock file, the next process locks a file without a name: it must try again.
  for (;;) {
    const handle = await openPrivately(disk, path, constants.O_RDWR | constants.O_CREAT);
    const lock = fileLock(disk, path, handle);
    try {
      if (!tryLock(handle.fd)) {
        await lock.release();
        return undefined;
      }
      if ((await lock.look()).is === 'current') return lock;
    } catch (error) {
      await lock.release().catch(() => undefined); // The lock is released in any case; the first error is the one to report.
      throw error;
    }
    await lock.release();
  }
}

/** Whether a process holds the lock on `path`. Takes only a shared lock for a moment, and creates no file. */
export async function isLocked({ files }: Disk, path: string): Promise<boolean> {
  // O_NONBLOCK: opening a pipe would otherwise wait for its other end.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await unlessAbsent(files.open(path, flags));
  if (handle === undefined) return false;
  try {
    if (!(await handle.stat()).isFile()) throw new NotAFile(path);
    return !tryLock(handle.fd, { shared: true });
  } finally {
    await handle.close();
  }
}

function fileLock({ files }: Disk, path: string, handle: FileHandle): FileLock {
  let released: Promise<void> | undefined;
  return {
    handle,
    async look() {
      const named = await unlessGone(files.lstat(path));
      const held = await unlessGone(handle.stat());
      if (held === undefined || held.nlink === 0) return { is: 'removed' };
      const isCurrent = named !== undefined && named.ino === held.ino && named.dev === held.dev;
      return { is: isCurrent ? 'current' : 'elsewhere' };
    },
    release() {
      // Closing the only descriptor of the open file releases the lock.
      released ??= handle.close();
      return released;
    },
  };
}

/**
 * Returns `undefined` if no file of that name can exist: the file is missing, a part of the path is no directory, or a
 * server has forgotten the file.
 */
async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'ESTALE')) return undefined;
    throw error;
  }
}
