import type { Clock } from '@wakey/client';

/** A clock that stands still between two timers. */
export interface LifeClock extends Clock {
  /** Lets time pass until the next timer, and rings it; `until` is as far as it goes. Returns whether a timer rang. */
  step(until: number): boolean;
  /** How many timers are set. */
  pending(): number;
}

/** A clock of its own for one life. */
export function lifeClock(start = 1_700_000_000_000): LifeClock {
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

/** Lets promises settle, and file operations that are under way go on a little. */
export async function breathe(rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
