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
