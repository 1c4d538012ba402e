import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type CancelSignal,
  type ProfileFormat,
  type ProfileInspection,
  type ProfilePart,
  WakeyError,
} from '@wakey/core';
import {
  boundedFiles,
  fileTrouble,
  isLocked,
  listKept,
  readingAborted,
  realFiles,
  sqliteDamage,
  thisPlatform,
  unlessAbsent,
  walkKept,
  writePrivately,
} from '@wakey/host';

/** The disk with a time limit for this call: a dead network file system must neither block a start nor another session. */
const disk = () => ({ files: boundedFiles(realFiles), platform: thisPlatform });

/** Firefox's profile, as `BrowserDriver.profileFormat` promises it. */
export const firefoxProfile: ProfileFormat = Object.freeze({
  name: 'firefox',
  parts: parts(),
  inspect,
  list: (profileDir, { signal } = {}) => listKept(firefoxProfile.parts, profileDir, { signal }),
  copyLive: (profileDir, into, { signal }) => copyStopped(profileDir, into, signal),
  // SQLite recovers by itself what a kill left.
  repair: async () => [],
  // No file is kept only in part.
  reduce: async () => undefined,
  lock: {
    /**
     * A Firefox that runs on the profile holds a lock on the file `.parentlock`, which ends with its process. The link
     * `lock`, to `<address>:+<pid>`, only names the process: it stays even after Firefox has ended cleanly.
     */
    async read(profileDir) {
      if (!(await isLocked(disk(), join(profileDir, '.parentlock')))) return undefined;
      return { host: hostname(), pid: (await processIn(profileDir)) ?? 0 };
    },
    // Firefox opens a profile with old locks in it.
    remove: async () => undefined,
    argument: (profileDir) => profileDir,
  },
} satisfies ProfileFormat);

function parts(): readonly ProfilePart[] {
  return [
    left('the sizes of localStorage; Firefox writes the file again', '**/ls/usage'),
    left('SQLite’s index of its write-ahead log; Firefox writes it again', '**/*-shm'),
    kept(
      'what the page stores: the databases with the keys of the login, localStorage, caches, files',
      'storage/default',
    ),
    kept('the cookies; the newest are only in the write-ahead log', 'cookies.sqlite*'),
    kept('the service workers of the page', 'serviceworker.txt'),
    kept('what the page may do, such as storing without a limit', 'permissions.sqlite'),
    kept('which version wrote the profile last: an older one cannot read it', 'compatibility.ini'),
    left('caches, history, settings and locks of one machine: Firefox writes them again', '**/*'),
  ];
}

function kept(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'kept', why };
}

function left(why: string, ...places: readonly string[]): ProfilePart {
  return { places, is: 'left-out', why };
}

async function inspect(profileDir: string): Promise<ProfileInspection> {
  try {
    let isEmpty = true;
    if ((await unlessAbsent(readdir(profileDir))) === undefined) return { is: 'empty' };
    for await (const { path, kind } of walkKept(firefoxProfile.parts, profileDir)) {
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
 * Copies the kept files while Firefox’s main process is stopped, which holds all its databases still: Firefox locks them
 * against SQLite’s own backup, and a slow plain copy of a running one was damaged in 1 of 12 runs. A guard kills Firefox if
 * this process dies meanwhile. localStorage in the copy may be 5 s old: Firefox writes it that late.
 */
async function copyStopped(profileDir: string, into: string, signal: CancelSignal | undefined): Promise<void> {
  const isRunning = await isLocked(disk(), join(profileDir, '.parentlock'));
  const pid = isRunning ? await processIn(profileDir) : undefined;
  if (isRunning && pid === undefined) throw unknownProcess(profileDir);
  if (pid !== undefined) process.kill(pid, 'SIGSTOP');
  try {
    for await (const { path, open } of listKept(firefoxProfile.parts, profileDir, { signal })) {
      if (signal?.aborted === true) throw readingAborted(signal);
      await writePrivately(into, path, open());
    }
  } catch (error) {
    throw fileTrouble('session-unreadable', 'copy the profile in', profileDir, error);
  } finally {
    if (pid !== undefined) goOn(pid);
  }
  const found = await inspect(into);
  if (found.is !== 'damaged') return;
  throw new WakeyError('session-unreadable', {
    what: `The copy of the profile in '${profileDir}' is damaged: ${found.why}.`,
    hint: 'Login kept; the next backup is tried on schedule.',
  });
}

/**
 * The process in the link `lock`, if it runs on this profile. The link can be older than the browser that runs now, and its
 * number can belong to any process by now.
 */
async function processIn(profileDir: string): Promise<number | undefined> {
  const target = await unlessAbsent(disk().files.readlink(join(profileDir, 'lock')));
  const pid = Number(/:\+?(\d+)$/.exec(target ?? '')?.[1]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return (await thisPlatform.process(pid))?.command?.includes(profileDir) === true ? pid : undefined;
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    // It was killed meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function unknownProcess(profileDir: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `A Firefox runs on the profile in '${profileDir}', and the profile does not name its process.`,
    hint: 'Login kept. Stop the session, which saves the profile without a running browser.',
  });
}
