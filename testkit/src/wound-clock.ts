import type { Clock } from '@wakey/host';

/** A clock that stands still until the test winds it. */
export interface WoundClock extends Clock {
  /** Lets `ms` milliseconds pass: fires the due timers in order, and lets promises settle in between. */
  wind(ms: number): Promise<void>;
  /** How many timers are set. */
  pending(): number;
}

/** A clock that moves only when a test steps it, from one timer to the next. */
export interface SteppedClock extends Clock {
  /** Lets time pass until the next timer, but not beyond `until`, and fires the timer. Returns whether a timer fired. */
  step(until: number): boolean;
  /** How many timers are set. */
  pending(): number;
}

/** Creates a stepped clock that shows `start`. Of two timers for the same moment, the timer that was set first fires first. */
export function steppedClock(start = 1_700_000_000_000): SteppedClock {
  const timers = new Map<object, { readonly at: number; readonly ring: () => void }>();
  let now = start;
  return {
    now: () => now,
    pending: () => timers.size,
    set(ms, ring) {
      const key = {};
      timers.set(key, { at: now + ms, ring });
      return () => timers.delete(key);
    },
    step(until) {
      let next: object | undefined;
      for (const [key, { at }] of timers) {
        if (at <= until && (next === undefined || at < (timers.get(next)?.at ?? 0))) next = key;
      }
      const timer = next === undefined ? undefined : timers.get(next);
      if (next === undefined || timer === undefined) {
        now = Math.max(now, until);
        return false;
      }
      timers.delete(next);
      now = Math.max(now, timer.at);
      timer.ring();
      return true;
    },
  };
}

/** Creates a wound clock that shows `start`. */
export function woundClock(start = 1_000_000): WoundClock {
  const { step, ...clock } = steppedClock(start);
  return {
    ...clock,
    async wind(ms) {
      const until = clock.now() + ms;
      do await settled();
      while (step(until));
      await settled();
    },
  };
}

/** Lets all work finish that needs no time to pass: promises, and file operations that have begun. */
export async function settled(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
