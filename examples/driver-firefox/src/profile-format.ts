import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type CopyLiveOptions, type ProfileFormat, type ProfileInspection, WakeyError } from '@wakey/core';
import {
  fileTrouble,
  listKept,
  readingAborted,
  sqliteDamage,
  unlessAbsent,
  walkKept,
  writePrivately,
} from '@wakey/host';
import { openFollowing } from './following/following.ts';
import { firefoxParts } from './parts.ts';
import { runningOn, whileStopped } from './running.ts';

/** Firefox's profile, as `BrowserDriver.profileFormat` promises it. */
export const firefoxProfile: ProfileFormat = Object.freeze({
  name: 'firefox',
  parts: firefoxParts,
  inspect,
  list: (profileDir, { signal } = {}) => listKept(firefoxParts, profileDir, { signal }),
  copyLive,
  // SQLite recovers by itself what a kill left.
  repair: async () => [],
  // No file is kept only in part.
  reduce: async () => undefined,
  lock: {
    async read(profileDir) {
      const found = await runningOn(profileDir);
      if (found === undefined) return undefined;
      return { host: hostname(), pid: found === 'unknown' ? 0 : found.pid };
    },
    // Firefox opens a profile with old locks in it.
    remove: async () => undefined,
    argument: (profileDir) => profileDir,
  },
  following: openFollowing(),
} satisfies ProfileFormat);

async function inspect(profileDir: string): Promise<ProfileInspection> {
  try {
    let isEmpty = true;
    if ((await unlessAbsent(readdir(profileDir))) === undefined) return { is: 'empty' };
    for await (const { path, kind } of walkKept(firefoxParts, profileDir)) {
      if (kind === 'other') return { is: 'damaged', why: `${path} is neither a file nor a directory` };
      if (kind !== 'file' || !path.endsWith('.sqlite')) continue;
      // Firefox replaces a damaged database by a new one, without an error.
      const damage = await sqliteDamage(join(profileDir, path));
      if (damage !== undefined) return { is: 'damaged', why: `${path} ${damage}` };
      if (path.includes('/idb/')) isEmpty = false;
    }
    return { is: isEmpty ? 'empty' : 'intact' };
  } catch (error) {
    throw fileTrouble('session-unreadable', 'look at the profile in', profileDir, error);
  }
}

/**
 * Copies the kept files while Firefox is stopped; a slow plain copy of a running one was damaged in 1 of 12 runs. localStorage in
 * the copy may be 5 s old: Firefox writes it that late.
 */
async function copyLive(
  profileDir: string,
  into: string,
  { signal, onStopped }: Pick<CopyLiveOptions, 'signal' | 'onStopped'>,
): Promise<void> {
  const options = { ...(signal && { signal }), ...(onStopped && { onStopped }) };
  await whileStopped(profileDir, options, async (over) => {
    for await (const { path, open } of listKept(firefoxParts, profileDir, { signal: over })) {
      if (over.aborted) throw readingAborted(over);
      await writePrivately(into, path, open());
    }
  });
  const found = await inspect(into);
  if (found.is !== 'damaged') return;
  throw new WakeyError('session-unreadable', {
    what: `The copy of the profile in '${profileDir}' is damaged: ${found.why}.`,
    hint: 'Login kept; the next backup is tried on schedule.',
  });
}
