/** The simulator's source of time. Delays are in simulated ms, which the clock divides by the speed. */
export interface SimulatorClock {
  readonly speed: number;
  /** Returns the current time, in ms of real time since the epoch. */
  now(): number;
  /** Runs `task` after `ms` of simulated time; returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's clock, `speed` times as fast. Its timers do not keep a process alive. */
export function systemClock(speed: number): SimulatorClock {
  return {
    speed,
    now: () => Date.now(),
    after(ms, task) {
      const timer = setTimeout(task, ms / speed);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
