import type { Clock } from '@wakey/host';

/** A clock that stands still until it is wound. */
export interface WoundClock extends Clock {
  /** Lets `ms` pass, ringing what falls due in order; lets promises settle in between. */
  wind(ms: number): Promise<void>;
  /** How many timers are set. */
  pending(): number;
}

/** A wound clock, showing `start`. */
export function woundClock(start = 1_000_000): WoundClock {
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
    async wind(ms) {
      const until = now + ms;
      for (;;) {
        await settled();
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (due === undefined) break;
        const [key, timer] = due;
        timers.delete(key);
        now = Math.max(now, timer.at);
        timer.ring();
      }
      now = until;
      await settled();
    },
  };
}

/** Lets everything that can go on without time go on: promises, and file operations already begun. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
