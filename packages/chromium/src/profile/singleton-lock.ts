import { join } from 'node:path';
import type { ProfileLock } from '@wakey/core';
import { boundedFiles, isFileError, realFiles, unlessAbsent } from '@wakey/host';

/** File calls with a time limit, because a dead network file system must not block a start. */
const files = boundedFiles(realFiles);

/** Chromium's own lock: `SingletonLock` is a link to `<host>-<pid>`. The headless shell takes no lock. */
export const singletonLock: ProfileLock = {
  async read(profileDir) {
    const target = await unlessAbsent(linkTarget(join(profileDir, 'SingletonLock')));
    if (target === undefined) return undefined;
    const dash = target.lastIndexOf('-');
    const pid = Number(target.slice(dash + 1));
    return { host: target.slice(0, Math.max(0, dash)), pid: Number.isSafeInteger(pid) ? pid : 0 };
  },
  async remove(profileDir) {
    // Remove the lock itself last: after a crash in between, the next holder of the session finds the lock and removes
    // it.
    for (const name of ['SingletonSocket', 'SingletonCookie', 'SingletonLock']) {
      await unlessAbsent(files.unlink(join(profileDir, name)));
    }
  },
  argument: (profileDir) => `--user-data-dir=${profileDir}`,
};

async function linkTarget(path: string): Promise<string> {
  try {
    return await files.readlink(path);
  } catch (error) {
    // Chromium's lock is a link. This file is not a link, so it is not Chromium's lock and names no process.
    if (isFileError(error, 'EINVAL', 'UNKNOWN')) return '';
    throw error;
  }
}
