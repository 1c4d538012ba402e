import { expect, it, vi } from 'vitest';
import type { Signal } from '../shell.js';
import { untilSignal } from './until-signal.js';

it('does not wait for work that a signal cannot cut off, such as a read from a dead mount', async () => {
  vi.useFakeTimers();
  let stop: (signal: Signal) => void = () => undefined;
  const listen = (onStop: typeof stop) => {
    stop = onStop;
    return () => undefined;
  };
  const ended = untilSignal({ signals: { listen } }, () => new Promise(() => undefined));
  stop('SIGTERM');
  vi.advanceTimersByTime(10_000);
  expect(await ended).toBe(143);
  vi.useRealTimers();
});
