import { constants } from 'node:fs';
import { tryLock } from 'fs-native-extensions';
import type { Call } from './call.js';
import { type FileHandle, type Files, isFileError, openPrivately } from './disk.js';

/** A lock of the operating system on an open file of this process. It dies with the process. */
export interface FileLock {
  readonly handle: FileHandle;
  /** Whether the file that is locked is still the one that newcomers would lock. */
  isCurrent(): Promise<boolean>;
  /** Gives it back. May be called twice. */
  release(): Promise<void>;
}

/** Takes the exclusive lock on `path`, making the file where it is missing; `undefined` when somebody else has it. */
export async function takeLock(files: Files, path: string): Promise<FileLock | undefined> {
  // A lock on a file that was removed or replaced meanwhile locks out nobody: try anew.
  for (;;) {
    const handle = await openPrivately(files, path, constants.O_RDWR | constants.O_CREAT);
    const lock = fileLock(files, path, handle);
    try {
      if (!tryLock(handle.fd)) {
        await lock.release();
        return undefined;
      }
      if (await lock.isCurrent()) return lock;
    } catch (error) {
      await lock.release().catch(() => undefined); // It is given back either way; the first failure is the one to tell.
      throw error;
    }
    await lock.release();
  }
}

/** Runs `run` while holding the lock on `path`, waiting for it as long as the call lasts. */
export async function whileLocked<T>(
  files: Files,
  path: string,
  sleep: (ms: number) => Promise<void>,
  call: Call,
  run: () => Promise<T>,
): Promise<T> {
  for (;;) {
    call.check();
    const lock = await takeLock(files, path);
    if (lock === undefined) {
      await call.race(sleep(PAUSE));
      continue;
    }
    try {
      return await run();
    } finally {
      // Nothing was written to this file, and closing gives the lock back also where it reports a failed disk.
      await lock.release().catch(() => undefined);
    }
  }
}

/** Whoever holds such a lock renames a few files: it is soon free. In ms. */
const PAUSE = 5;

function fileLock(files: Files, path: string, handle: FileHandle): FileLock {
  let released: Promise<void> | undefined;
  return {
    handle,
    async isCurrent() {
      const named = await unlessGone(files.lstat(path));
      const held = await handle.stat();
      return named !== undefined && named.ino === held.ino && named.dev === held.dev;
    },
    release() {
      released ??= handle.close();
      return released;
    },
  };
}

/** `undefined` where nothing of that name can be there: a part of the path is no directory, or a server has forgotten it. */
async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'ESTALE')) return undefined;
    throw error;
  }
}
