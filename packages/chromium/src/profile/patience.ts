import { type CancelSignal, type ProfileClock, WakeyError } from '@wakey/core';
import { readingAborted } from '@wakey/host';

/** The time limit and the abort signal of work that is repeated until it succeeds. */
export interface Patience {
  /** Throws `aborted`, or `timeout` when the time is up. */
  check(): void;
  /** Waits 20 ms, then calls `check`, whose error names `obstacle`. Rejects with what `check` throws. */
  wait(obstacle: string): Promise<void>;
}

/** Options of `patienceOf`. */
export interface PatienceOptions {
  readonly clock: ProfileClock;
  /** In ms. */
  readonly timeout: number;
  readonly signal: CancelSignal | undefined;
}

const moment = 20;

/** Starts the time limit now. */
export function patienceOf({ clock, timeout, signal }: PatienceOptions): Patience {
  const until = clock.now() + timeout;
  let obstacle = 'it took too long';
  const check = (): void => {
    if (signal?.aborted === true) throw readingAborted(signal);
    if (clock.now() < until) return;
    throw new WakeyError('timeout', {
      what: `No consistent copy of the browser's profile in ${timeout} ms: ${obstacle}.`,
      hint: 'Login kept; the next backup is tried on schedule, and a stop saves the profile without such a copy.',
    });
  };
  return {
    check,
    async wait(inTheWay) {
      obstacle = inTheWay;
      check();
      let cancel = (): void => undefined;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal?.removeEventListener('abort', go);
          resolve();
        };
        signal?.addEventListener('abort', go, { once: true });
        cancel = clock.set(moment, go);
        if (signal?.aborted === true) go();
      });
      cancel();
      check();
    },
  };
}
