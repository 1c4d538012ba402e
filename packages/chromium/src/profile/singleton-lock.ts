import { join } from 'node:path';
import type { ProfileLock } from '@wakey/core';
import { boundedFiles, type Files, isFileError, realFiles, unlessAbsent } from '@wakey/host';

/**
 * Chromium's own lock, through these files: `SingletonLock` is a link to `<host>-<pid>`. The headless shell takes no lock.
 * Each call has a time limit of its own, because a dead network file system must neither block a start nor any other session.
 */
export function singletonLockIn(given: Files, answerWithin?: number): ProfileLock {
  const bounded = () => boundedFiles(given, answerWithin);
  return {
    async read(profileDir) {
      const target = await unlessAbsent(linkTarget(bounded(), join(profileDir, 'SingletonLock')));
      if (target === undefined) return undefined;
      const dash = target.lastIndexOf('-');
      const pid = Number(target.slice(dash + 1));
      return { host: target.slice(0, Math.max(0, dash)), pid: Number.isSafeInteger(pid) ? pid : 0 };
    },
    async remove(profileDir) {
      const files = bounded();
      // Remove the lock itself last: after a crash in between, the next holder of the session finds the lock and removes
      // it.
      for (const name of ['SingletonSocket', 'SingletonCookie', 'SingletonLock']) {
        await unlessAbsent(files.unlink(join(profileDir, name)));
      }
    },
    argument: (profileDir) => `--user-data-dir=${profileDir}`,
  };
}

/** Chromium's own lock on the file system of this process. */
export const singletonLock: ProfileLock = singletonLockIn(realFiles);

async function linkTarget(files: Files, path: string): Promise<string> {
  try {
    return await files.readlink(path);
  } catch (error) {
    // Chromium's lock is a link. This file is not a link, so it is not Chromium's lock and names no process.
    if (isFileError(error, 'EINVAL', 'UNKNOWN')) return '';
    throw error;
  }
}
