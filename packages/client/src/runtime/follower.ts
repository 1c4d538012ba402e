import { packSegments } from '@wakey/bundle';
import { isWakeyError } from '@wakey/core';
import { type Followed, forgetFollowed, sumOf, writeFollowed } from '../workspace/followed.js';
import type { Workspace } from '../workspace/workspace.js';
import type { BrowserLife } from './browser.js';
import { type FollowerMeans, logStop, untilBegunAgain } from './follower-means.js';
import { createLag, type RefusedBy } from './lag.js';
import type { Send, SessionParts } from './parts.js';

/**
 * Keeps each change of the live profile as it is made: appends it to the newest backup as a segment. Only one writer of
 * segments exists, because only the holder of the lease has a follower.
 */
export interface Follower {
  /** From now on appends to this backup, which holds the state that it names. `undefined`: waits for the next backup. */
  begin(followed: Followed | undefined): void;
  /** The backup with its segments so far; `undefined` if nothing is appended now. */
  followed(): Followed | undefined;
  /** A browser runs on the profile until its `life` ends: appends each change soon. */
  watch(owned: Owned, life: BrowserLife): void;
  /**
   * A reading of the page found the session ready. What was appended before is good once another reading finds the same, at
   * least the interval of the readings later: the page may have lost its login a moment before without knowing it yet.
   */
  prove(): void;
  /**
   * Appends all changes up to now. Resolves to whether the backup with its segments equals the profile then. `false` also if
   * the segments have become so large that a new backup is due.
   */
  flush(owned: Owned, signal: AbortSignal): Promise<boolean>;
  /** Waits until nothing is being appended, and appends nothing until the returned function or `begin` is called. */
  suspend(): Promise<() => void>;
  /** Ends the work. The last state is recorded in the session's directory. */
  end(): Promise<void>;
  /** Ends the work and removes that record, because the login is erased. */
  forget(directory: string): Promise<void>;
}

/** The directory of the session, and the fence under which segments are appended. */
export interface Owned {
  readonly workspace: Workspace;
  readonly fence: number;
}

/** Creates a follower that appends nothing yet. */
export function createFollower(parts: SessionParts, { segments, following }: FollowerMeans, send: Send): Follower {
  const { id, clock, log, policy } = parts;
  const onStopped = logStop(parts);
  /** How long a change may wait before the work begins, so that the work ends within the policy's time. */
  const pause = policy.keep === 'eager' ? 50 : policy.keepEvery / 4;
  let point: Followed | undefined;
  let owned: Owned | undefined;
  let life: BrowserLife | undefined;
  let unwatch: () => void = () => undefined;
  let timer: { readonly isSoon: boolean; readonly at: number; readonly cancel: () => void } | undefined;
  /** The number of the last segment that two readings have confirmed. */
  let proved = 0;
  /** The number of the last segment before one reading, and the time of this reading, in ms since 1970. */
  let seenReady: { readonly number: number; readonly at: number } | undefined;
  let recordedAt = 0;
  let isSuspended = false;
  /** When a new backup was asked for last, in ms since 1970; `undefined` if none is due. */
  let dueSince: number | undefined;
  const lag = createLag(parts);
  /** What the work waits for at the moment. If the work fails, the error comes from there. */
  let asked: RefusedBy = 'profile';
  let work: Promise<unknown> = Promise.resolve();

  const follower: Follower = {
    begin(next) {
      if (next?.generation !== point?.generation) {
        proved = 0;
        seenReady = undefined;
      }
      point = next;
      isSuspended = false;
      dueSince = undefined;
      lag.reset();
      if (life !== undefined) changed();
    },
    followed: () => point,
    watch(next, browser) {
      stopWatching();
      owned = next;
      life = browser;
      seenReady = undefined;
      if (browser.signal.aborted) return stopWatching();
      browser.signal.addEventListener('abort', () => life === browser && stopWatching(), { once: true });
      unwatch = following.watch(next.workspace.profileDir, changed, { clock });
      changed();
    },
    prove() {
      const seen = { number: point?.number ?? 0, at: clock.now() };
      seenReady ??= seen;
      if (seen.at - seenReady.at >= policy.heartbeat) [proved, seenReady] = [seenReady.number, seen];
      // The session may not have been ready when it was asked, or the backup may have failed.
      if (dueSince !== undefined && clock.now() - dueSince >= AGAIN) backupDue();
    },
    async flush(now, signal) {
      const isDone = await inOrder(() => append(now, signal));
      return isDone && !isLarge();
    },
    async suspend() {
      isSuspended = true;
      await work;
      return () => {
        isSuspended = false;
        changed();
      };
    },
    async end() {
      stopWatching();
      await work;
      if (owned !== undefined) await note(owned);
      owned = undefined;
      point = undefined;
    },
    async forget(directory) {
      owned = undefined;
      await follower.end();
      await forgetFollowed(directory);
    },
  };
  return follower;

  function stopWatching(): void {
    unwatch();
    unwatch = () => undefined;
    timer?.cancel();
    timer = undefined;
    life = undefined;
    lag.reset();
  }

  /** The profile may have changed. */
  function changed(): void {
    const ms = lag.refusals() === 0 ? pause : Math.min(1_000 * 2 ** lag.refusals(), LONGEST);
    // Do not postpone work that is planned already: a page that writes without a pause would postpone it for ever.
    if (timer?.isSoon === true && timer.at <= clock.now() + ms) return;
    timer?.cancel();
    arm(ms, true);
  }

  function arm(ms: number, isSoon: boolean): void {
    const cancel = clock.set(ms, () => {
      timer = undefined;
      void inOrder(run);
    });
    timer = { isSoon, at: clock.now() + ms, cancel };
  }

  function inOrder<T>(run: () => Promise<T>): Promise<T> {
    const done = work.then(run);
    work = done.catch(() => undefined); // The caller gets the error; the next work still runs.
    return done;
  }

  async function run(): Promise<void> {
    const browser = life;
    if (browser === undefined || owned === undefined || isSuspended || point === undefined) return;
    lag.begin();
    try {
      if (!(await append(owned, browser.signal)) || isLarge()) backupDue();
      const isMore = timer?.isSoon === true;
      lag.done(isMore);
      // While the store refused, the next work was planned for much later.
      if (isMore) changed();
      if (clock.now() - recordedAt >= RECORD) await note(owned);
    } catch (error) {
      if (browser.signal.aborted) {
        lag.reset();
        return log('debug', 'appending changes ended with the browser', { error });
      }
      failed(error);
    }
    if (life !== browser) return;
    if (lag.refusals() > 0) changed();
    // Look again after a while: a notification can be lost.
    else if (timer === undefined) arm(AGAIN, false);
  }

  /** Appends what changed. Returns false if segments cannot tell the changes, so that only a new backup can keep them. */
  async function append({ workspace, fence }: Owned, signal: AbortSignal): Promise<boolean> {
    const from = point;
    if (from === undefined) return false;
    const watch: { why: string | undefined } = { why: undefined };
    asked = 'profile';
    // The profile is read after this moment, so it is at least as new as the segments say.
    const facts = { at: clock.now(), proved, fence };
    const changes = following.changes(workspace.profileDir, from.state, { clock, signal, onStopped });
    const told = untilBegunAgain(changes, watch);
    for await (const { bytes, state = from.state } of packSegments(told, from.state, () => facts)) {
      const number = (point?.number ?? from.number) + 1;
      const place = { fence, generation: from.generation, number };
      try {
        asked = 'store';
        await segments.append(id, bytes, { ...place, signal, timeout: policy.saveTimeout });
        asked = 'profile';
      } catch (error) {
        if (!isWakeyError(error, 'invalid-argument')) throw error;
        // A newer backup has replaced this one, or the store cannot add to it: it is of an older Wakey, or not encrypted.
        log('info', 'the store adds no changes to this backup; a new backup is needed', { error });
        point = undefined;
        return false;
      }
      // `begin` was called meanwhile.
      if (point?.generation !== from.generation) return true;
      const segmentBytes = point.segmentBytes + bytes.length;
      point = { ...point, number, last: sumOf(bytes), state, at: facts.at, segmentBytes };
    }
    if (watch.why === undefined) return true;
    log('info', 'the changes of the profile cannot be told; a new backup is needed', { why: watch.why });
    point = undefined;
    return false;
  }

  function failed(error: unknown): void {
    if (isWakeyError(error, 'stale-fence') || isWakeyError(error, 'lease-lost')) {
      log('warn', 'the lease is lost; changes of the profile are no longer kept', { error });
      point = undefined;
      lag.reset();
    } else {
      lag.refused(error, asked);
    }
  }

  function isLarge(): boolean {
    return point !== undefined && point.segmentBytes > Math.max(SMALL, 2 * point.baseBytes);
  }

  function backupDue(): void {
    if (dueSince !== undefined && clock.now() - dueSince < AGAIN) return;
    dueSince = clock.now();
    send({ type: 'backup-due' });
  }

  /** Records the point in the session's directory. The record is a hint, so a failure is only logged. */
  async function note({ workspace, fence }: Owned): Promise<void> {
    if (point === undefined) return;
    const now = { ...point, fence };
    recordedAt = clock.now();
    try {
      // Never write to another directory that is at this path now.
      await workspace.assertInPlace();
      await writeFollowed(workspace.directory, now);
    } catch (error) {
      log('warn', 'could not record which changes of the profile are kept', { error });
    }
  }
}

/** After this time without a notification the profile is looked at all the same, in ms. */
const AGAIN = 60_000;
/** How often the point is recorded in the session's directory, in ms. */
const RECORD = 5_000;
/** The longest delay before the next try after the store refused a segment, in ms. */
const LONGEST = 10_000;
/** Segments smaller than this never make a new backup due, in bytes. */
const SMALL = 16 * 1024 * 1024;
