/** The source of time of a session. Tests use one that they advance by hand. */
export interface Clock {
  /** Returns the time in ms since 1970. */
  now(): number;
  /** Calls `ring` once after `ms`; returns a function that cancels the timer and may be called twice. */
  set(ms: number, ring: () => void): () => void;
}

/** The machine's clock. Its timers keep the process alive, because a running session must. */
export const systemClock: Clock = {
  now: () => Date.now(),
  set(ms, ring) {
    const timer = setTimeout(ring, Math.min(ms, LONGEST));
    return () => clearTimeout(timer);
  },
};

/** The longest timer of Node, in ms; a longer one would fire at once. */
export const LONGEST = 2 ** 31 - 1;

/** Resolves after `ms` on `clock`. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.set(ms, resolve);
  });
}
