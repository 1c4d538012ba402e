import { join } from 'node:path';
import type { ProfileLock } from '@wakey/core';
import { boundedFiles, isFileError, realFiles, unlessAbsent } from '@wakey/host';

/** A dead network file system must not hold up a start. */
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
    // The lock itself last: after a crash before that, the next owner finds it and proves it stale again.
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
    // Chromium's lock is a link, so this is no lock of Chromium's and names no process.
    if (isFileError(error, 'EINVAL', 'UNKNOWN')) return '';
    throw error;
  }
}
