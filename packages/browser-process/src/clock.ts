/** The clock for ending a process. Tests pass one that they advance by hand. */
export interface Clock {
  /** Returns the milliseconds since any fixed point in time. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
