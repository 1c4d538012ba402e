/** Time for a session. Tests wind their own. */
export interface Clock {
  /** In ms since 1970. */
  now(): number;
  /** Calls `ring` once after `ms`; gives the canceller, which may be called twice. */
  set(ms: number, ring: () => void): () => void;
}

/** The machine's own time. Its timers keep the process alive: a session that runs is a reason to. */
export const systemClock: Clock = {
  now: () => Date.now(),
  set(ms, ring) {
    const timer = setTimeout(ring, Math.min(ms, LONGEST));
    return () => clearTimeout(timer);
  },
};

/** What a timer of Node can carry, in ms; a longer one would ring at once. */
export const LONGEST = 2 ** 31 - 1;

/** Resolves after `ms` of `clock`. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.set(ms, resolve);
  });
}
