import { type Clock, systemClock } from '@wakey/client';

/** The system's clock, which also counts the timers that are set. */
export function countedClock(): Clock & { pending(): number } {
  const pending = new Set<object>();
  return {
    now: systemClock.now,
    pending: () => pending.size,
    set(ms, ring) {
      const key = {};
      pending.add(key);
      const cancel = systemClock.set(ms, () => {
        pending.delete(key);
        ring();
      });
      return () => {
        pending.delete(key);
        cancel();
      };
    },
  };
}
