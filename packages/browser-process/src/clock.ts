/** The time that ending a process needs; tests hand in one they wind. */
export interface Clock {
  /** Milliseconds from any fixed point. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
