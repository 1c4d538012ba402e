// Whoever type-checks this file from another package needs the declaration as well.
/// <reference path="./fs-native-extensions.d.ts" />
import { constants } from 'node:fs';
import { tryLock } from 'fs-native-extensions';
import { type FileHandle, isFileError, unlessAbsent } from './files.js';
import { type Disk, NotAFile, openPrivately } from './write-atomically.js';

/** A lock of the operating system, held by an open file of this process and by nothing else: it dies with the process. */
export interface FileLock {
  /** The open file, for its owner to read and write. */
  readonly handle: FileHandle;
  /** Where the file is that is locked: newcomers lock whatever is at its path. */
  look(): Promise<LockFile>;
  /** Gives it back. May be called twice. */
  release(): Promise<void>;
}

/** `current`: at its path. `elsewhere`: under another name, or on a volume that is not mounted there any more. `removed`: it has no name. */
export interface LockFile {
  readonly is: 'current' | 'elsewhere' | 'removed';
}

/**
 * Takes the exclusive lock on `path`, making the file where it is missing; `undefined` when somebody else has it.
 * The file is closed on exec (Node opens every file so), hence no child of ours can keep the lock after us.
 */
export async function takeLock(disk: Disk, path: string): Promise<FileLock | undefined> {
  // Whoever removes a lock file while holding it leaves the next ones with a lock on a file without a name: they try anew.
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
      await lock.release().catch(() => undefined); // It is given back either way; the first failure is the one to tell.
      throw error;
    }
    await lock.release();
  }
}

/** Whether somebody holds the lock on `path`. Takes nothing but a shared lock for a moment, and makes no file. */
export async function isLocked({ files }: Disk, path: string): Promise<boolean> {
  // Opening a pipe waits for its other end, unless it is told not to.
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
      // Closing the only descriptor of the open file is what gives the lock back.
      released ??= handle.close();
      return released;
    },
  };
}

/** `undefined` where nothing of that name can be there: a part of the path is no directory, or a server has forgotten the file. */
async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'ESTALE')) return undefined;
    throw error;
  }
}
