import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyLiveOptions, WakeyError } from '@wakey/core';
import {
  boundedFiles,
  fileTrouble,
  isFileError,
  isLocked,
  LONGEST,
  openCalls,
  type ProcessFacts,
  realFiles,
  sleep,
  systemClock,
  thisPlatform,
  unlessAbsent,
} from '@wakey/host';

/** The disk with a time limit for this call: a dead network file system must neither block a start nor another session. */
const disk = () => ({ files: boundedFiles(realFiles), platform: thisPlatform });

/**
 * The Firefox that has this profile open. It holds a lock on the file `.parentlock`, which ends with its process. The link `lock`,
 * to `<address>:+<pid>`, only names the process: the link stays even after Firefox has ended cleanly, and its number can belong
 * to any process by now. `unknown`: a Firefox runs, and the link names another process or none.
 */
export async function runningOn(profileDir: string): Promise<ProcessFacts | 'unknown' | undefined> {
  if (!(await isLocked(disk(), join(profileDir, '.parentlock')))) return undefined;
  const target = await unlessAbsent(disk().files.readlink(join(profileDir, 'lock')));
  const pid = Number(/:\+?(\d+)$/.exec(target ?? '')?.[1]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return 'unknown';
  const facts = await thisPlatform.process(pid);
  return facts?.command?.includes(profileDir) === true ? facts : 'unknown';
}

/** Options of `whileStopped`. `limit`: how long the reading may take, in ms. */
export interface StoppedOptions extends Pick<CopyLiveOptions, 'signal' | 'onStopped'> {
  readonly limit?: number;
}

/**
 * Runs `read` while the main process of the Firefox on this profile is stopped (SIGSTOP), which holds all databases still: Firefox
 * locks them against SQLite's own backup. Firefox runs on as soon as `read` settles, the caller aborts, or the limit is reached. If
 * our process dies meanwhile, the guard of `firefox.ts` kills Firefox. Without a Firefox only runs `read`.
 *
 * Only one reader stops the same Firefox at a time: the first one to finish would otherwise let it run on under the other.
 */
export function whileStopped<T>(
  profileDir: string,
  { signal, limit = LONGEST, onStopped }: StoppedOptions,
  read: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const explain = (_: string, error: unknown) =>
    fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
  return inTurn(profileDir, () =>
    openCalls({ explain }).run('Reading the profile', { ...(signal && { signal }), timeout: limit }, async (over) => {
      for (let tries = 1; ; tries += 1) {
        const found = await runningOn(profileDir);
        over.throwIfAborted();
        if (found === undefined) return read(over);
        if (found === 'unknown') {
          // A process that ends has no command line any more, and still holds its locks for a moment.
          if (tries >= 20) throw unknownProcess(profileDir);
          await sleep(systemClock, 50);
          continue;
        }
        const result = await readStopped(found, profileDir, { over, onStopped }, read);
        if (result !== undefined) return result.value;
      }
    }),
  );
}

/** Resolves to `undefined` if the process ended, or somebody else let it run on meanwhile. */
async function readStopped<T>(
  { pid, startTime }: ProcessFacts,
  profileDir: string,
  { over, onStopped }: { readonly over: AbortSignal; readonly onStopped: CopyLiveOptions['onStopped'] },
  read: (over: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  const since = performance.now();
  if (!signalled(pid, 'SIGSTOP')) return undefined;
  let isOver = false;
  const goOn = () => {
    if (isOver) return;
    isOver = true;
    signalled(pid, 'SIGCONT');
    onStopped?.(performance.now() - since);
  };
  over.addEventListener('abort', goOn, { once: true });
  try {
    await untilStill(pid, over);
    // The number may have passed to another process just before the signal: look again, without a longer stop.
    const [value, now] = await Promise.all([read(over), runningOn(profileDir)]);
    const isSame = typeof now === 'object' && now.pid === pid && now.startTime === startTime;
    return isOver || !isSame || isMoving(pid) ? undefined : { value };
  } finally {
    over.removeEventListener('abort', goOn);
    goOn();
  }
}

/** The signal reaches a thread only when that thread leaves the kernel, and a write may end before that. */
async function untilStill(pid: number, over: AbortSignal): Promise<void> {
  while (isMoving(pid)) {
    await sleep(systemClock, 1);
    over.throwIfAborted();
  }
}

/** Whether a thread of the process is not stopped. Only Linux tells; elsewhere the signal has to be enough. */
function isMoving(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // The state follows the name, which is in parentheses and may contain some itself.
      return !/^[TtXZ]/.test(stat.slice(stat.lastIndexOf(')') + 2));
    });
  } catch (error) {
    // The thread or the process ended, so it is not still; the next look tells. A killed process does not write any more.
    if (isFileError(error, 'ENOENT', 'ESRCH')) return isAlive(pid);
    throw error;
  }
}

function isAlive(pid: number): boolean {
  return signalled(pid, 0);
}

/** Sends a signal. Returns whether the process exists. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isFileError(error, 'ESRCH')) return false;
    throw error;
  }
}

const turns = new Map<string, Promise<unknown>>();

async function inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
  const before = turns.get(key);
  const mine = (async () => {
    await before;
    return run();
  })();
  // The caller gets the error; the next one in the row still runs.
  const end = mine.catch(() => undefined);
  turns.set(key, end);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === end) turns.delete(key);
  }
}

function unknownProcess(profileDir: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `A Firefox runs on the profile in '${profileDir}', and the profile does not name its process.`,
    hint: 'Login kept. Stop the session, which saves the profile without a running browser.',
  });
}
