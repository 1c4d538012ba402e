import { objectOf, type PageWindow } from './page-window.js';
import { parts } from './table.js';

/** Whether the page said that the account is banned for a while. */
export interface BanNote {
  /** The page's own event. It comes at every login, and then says that there is no ban. */
  note(values: readonly unknown[]): void;
  /** The ban is over once the connection has been away and is back. */
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

/** Whether another tab of this profile speaks up: the storage event reaches every tab but the one that wrote. */
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

/** A page that lost its stream says so within this time, and reconnects; past it, the page has stopped. */
const stopMs = 5_000;

/** Whether the page's stream has been away for so long, with the page still calling itself connected, that it has stopped. */
export function judgeStop(): (isStreamless: boolean) => boolean {
  let since: number | undefined;
  return (isStreamless) => {
    if (!isStreamless) since = undefined;
    else since ??= performance.now();
    return since !== undefined && performance.now() - since >= stopMs;
  };
}

/** A page that is refused as too old asks for an update and stops its connection in one go. */
const refusalMs = 2_000;

/**
 * Whether the service refused this build as too old. The page has no state for it, and loads itself afresh within a second. An
 * update that the page asks for at another moment, or without a date from which its build expires, is none.
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

/** Whether the page lacks something for good: nothing more arrives, and it has lacked the same for `settleMs`. */
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
