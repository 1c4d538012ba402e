import { type CancelSignal, WakeyError } from '@wakey/core';
import type { Clock } from '@wakey/host';
import { aborted } from './list-profile.js';

/** How long a piece of work may go on, and who may end it. */
export interface Patience {
  /** Throws `aborted`, or `timeout` when the time is up. */
  check(): void;
  /** Waits a moment for what stands in the way, then checks. Rejects as `check` throws. */
  wait(obstacle: string): Promise<void>;
}

/** What patience is made of. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** In ms. */
  readonly timeout: number;
  readonly signal: CancelSignal | undefined;
}

const moment = 20;

/** Patience that begins now. */
export function patienceOf({ clock, timeout, signal }: PatienceOptions): Patience {
  const until = clock.now() + timeout;
  let obstacle = 'it took too long';
  const check = (): void => {
    if (signal?.aborted === true) throw aborted(signal);
    if (clock.now() < until) return;
    throw new WakeyError('timeout', {
      what: `No consistent copy of the browser's profile in ${timeout} ms: ${obstacle}.`,
      todo: 'The next copy may find it quieter; at stop the profile is read without one.',
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
