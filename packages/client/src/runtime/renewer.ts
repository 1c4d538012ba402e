import type { BrowserLife } from './browser.js';
import type { Send, SessionParts } from './parts.js';

/**
 * Measures the memory of the browser while the session is ready, and asks for a renewal at a quiet moment once the browser uses
 * `renewAt` times as much as when the session was ready in it. Reports by the event `renewal-due`.
 */
export interface Renewer {
  /** The session is ready in this browser, whose profile is in this directory. */
  watch(life: BrowserLife | undefined, profileDir: string | undefined): void;
  /** The session is not ready any more. What was measured of the browser still holds if the session is ready in it again. */
  rest(): void;
}

/** Creates a renewer that watches nothing yet. */
export function createRenewer(parts: SessionParts, send: Send, isSaving: () => boolean): Renewer {
  const { clock, policy, log, driver, warn } = parts;
  let browser: Measured | undefined;
  let watching: Watching | undefined;
  let isWarned = false;
  /** Whether a measuring has failed in this session, which the log tells as a warning once. */
  let hasFailed = false;

  const renewer: Renewer = {
    watch(life, profileDir) {
      renewer.rest();
      if (policy.renewAt === 0 || life === undefined || profileDir === undefined) return;
      if (life.handle?.memory === undefined) return cannotMeasure();
      if (browser?.life !== life) browser = { life, baseline: undefined };
      watching = { browser, profileDir, cancel: () => undefined, unwatch: () => undefined };
      // Whatever the page loads to become ready is in memory by then.
      const first = browser.baseline === undefined ? policy.settle + policy.heartbeat : policy.heartbeat;
      after(first, watching, look);
    },
    rest() {
      watching?.cancel();
      watching?.unwatch();
      watching = undefined;
    },
  };
  return renewer;

  function after(ms: number, now: Watching, work: (now: Watching) => unknown): void {
    now.cancel = clock.set(ms, () => void work(now));
  }

  async function look(now: Watching): Promise<void> {
    const { browser } = now;
    const memory = await measure(browser.life);
    if (watching !== now) return;
    if (memory !== undefined && browser.baseline !== undefined && memory >= browser.baseline * policy.renewAt) {
      return waitForQuiet(now, { memory, baseline: browser.baseline });
    }
    browser.baseline ??= memory;
    after(policy.heartbeat, now, look);
  }

  async function measure({ handle, signal }: BrowserLife): Promise<number | undefined> {
    try {
      return await handle?.memory?.({ signal });
    } catch (error) {
      log(signal.aborted || hasFailed ? 'debug' : 'warn', 'could not measure the memory of the browser', { error });
      hasFailed ||= !signal.aborted;
      return undefined;
    }
  }

  /** Waits until the page has stored nothing for a while and no save runs. A page that stores without a pause does not delay it for ever. */
  function waitForQuiet(now: Watching, facts: RenewalFacts): void {
    const since = clock.now();
    let changedAt = since;
    const changed = () => {
      changedAt = clock.now();
    };
    now.unwatch = driver.profileFormat?.following?.watch(now.profileDir, changed, { clock }) ?? now.unwatch;
    const ask = () => {
      const isQuiet = clock.now() - changedAt >= QUIET || clock.now() - since >= LATEST;
      if (!isQuiet || isSaving()) return after(LOOK_AGAIN, now, ask);
      now.unwatch();
      now.unwatch = () => undefined;
      send({ type: 'renewal-due', ...facts });
      if (watching !== now) return log('info', 'a new browser replaces one that uses too much memory', { ...facts });
      // The machine did not take it, for example because the last renewal is too recent.
      after(policy.heartbeat, now, look);
    };
    after(QUIET, now, ask);
  }

  function cannotMeasure(): void {
    if (isWarned) return;
    isWarned = true;
    warn(`renewAt has no effect: driver "${driver.name}" cannot measure the memory of its browser on this system`);
  }
}

/** A browser, and its memory in bytes once the session was ready in it; `undefined` before it was measured. */
interface Measured {
  readonly life: BrowserLife;
  baseline: number | undefined;
}

/** The time in which the session is ready in a browser. */
interface Watching {
  readonly browser: Measured;
  readonly profileDir: string;
  cancel: () => void;
  unwatch: () => void;
}

interface RenewalFacts {
  readonly memory: number;
  readonly baseline: number;
}

/** How long the page must have stored nothing, in ms. */
const QUIET = 3_000;
/** After this time a page that stores without a pause is renewed all the same, in ms. */
const LATEST = 60_000;
/** How often to look whether the moment is quiet, in ms. */
const LOOK_AGAIN = 1_000;
