import type { PageClock } from './context.ts';

/** Creates a clock from the browser's timers, `speed` times as fast. */
export function makeClock(speed: number): PageClock {
  const after = (ms: number, task: () => void): (() => void) => {
    const timer = setTimeout(task, ms / speed);
    return () => clearTimeout(timer);
  };
  return { after, pass: (ms) => new Promise((resolve) => after(ms, resolve)) };
}
