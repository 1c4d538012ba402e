import { objectOf, type PageWindow } from './page-window.js';
import { parts } from './table.js';

/** Whether the page reported a temporary ban of the account. */
export interface BanNote {
  /** Handles the page's event. The page emits it at every login, and then it states that there is no ban. */
  note(values: readonly unknown[]): void;
  /** Ends the ban once the connection was lost and is back. */
  look(isConnected: boolean): void;
  isBanned(): boolean;
}

/** See {@link BanNote}. */
export function noteBan(): BanNote {
  let banned = false;
  let wasAway = false;
  return {
    note([told]) {
      banned = objectOf(told)?.banned !== false;
      wasAway = false;
    },
    look(isConnected) {
      if (isConnected && wasAway) banned = false;
      wasAway = !isConnected;
    },
    isBanned: () => banned,
  };
}

/**
 * Whether another tab of this profile announced itself: the storage event reaches every tab except the one that wrote.
 */
export function noteOtherTab(page: PageWindow, changed: () => void): { isSeen(): boolean } {
  const keys = parts.flatMap(({ for: need, at }) => (need === 'other-tab' && 'storage' in at ? [at.storage] : []));
  let seen = false;
  page.addEventListener('storage', (event: StorageEvent) => {
    if (event.key === null || !keys.includes(event.key) || event.newValue === null) return;
    seen = true;
    changed();
  });
  return { isSeen: () => seen };
}

/** A page that lost its stream shows this within this time and reconnects; after it, the page has stopped. */
const stopMs = 5_000;

/** Whether the page has stopped: it has had no stream for `stopMs` and still reports a connection. */
export function judgeStop(): (isStreamless: boolean) => boolean {
  let since: number | undefined;
  return (isStreamless) => {
    if (!isStreamless) since = undefined;
    else since ??= performance.now();
    return since !== undefined && performance.now() - since >= stopMs;
  };
}

/**
 * When the service refuses a page as too old, the page requests an update and stops its connection within this time.
 */
const refusalMs = 2_000;

/**
 * Whether the service refused this build as too old. The page has no state for this refusal, and reloads itself within
 * a second. An update that the page requests at another moment, or without a date at which its build expires, is no
 * refusal.
 */
export function judgeRefusal(): (updater: unknown, isCut: boolean) => boolean {
  let asked = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isRefused = false;
  return (updater, isCut) => {
    const { latestUpdateIteration: times, hardExpirationTimer: alarm } = objectOf(updater) ?? {};
    if (typeof times === 'number' && times > asked) {
      asked = times;
      askedAt = performance.now();
    }
    const isRecent = performance.now() - askedAt < refusalMs;
    isRefused = isCut && (isRefused || (isRecent && alarm !== undefined));
    return isRefused;
  };
}

/**
 * Whether the page lacks parts for good: no module arrives any more, and the same parts have been missing for
 * `settleMs`.
 */
export function judgeLack(settleMs: number): (missing: readonly string[], isSettled: boolean) => boolean {
  let lacked = '';
  let since = 0;
  return (missing, isSettled) => {
    const now = missing.join();
    if (now !== lacked) {
      lacked = now;
      since = performance.now();
    }
    return isSettled && performance.now() - since >= settleMs;
  };
}
