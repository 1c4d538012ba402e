/** Where the simulator takes its time from. Delays are given in simulated ms and divided by the speed. */
export interface SimulatorClock {
  readonly speed: number;
  /** Now, in ms of real time since the epoch. */
  now(): number;
  /** Runs `task` after `ms` of simulated time; returns what cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's own clock, run `speed` times as fast. Its timers do not keep a process alive. */
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
