import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadlineError, patiently, until, within } from './deadline.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const never = (): Promise<never> => new Promise(() => undefined);

describe('within', () => {
  it('settles as the promise does, and leaves no timer', async () => {
    await expect(within(1_000, Promise.resolve(1))).resolves.toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects once the time is over', async () => {
    const late = expect(within(1_000, never())).rejects.toThrow(DeadlineError);
    await vi.advanceTimersByTimeAsync(1_000);
    await late;
  });
});

describe('until', () => {
  it('resolves soon after the condition becomes true', async () => {
    let isSo = false;
    const waiting = until(() => isSo, 1_000);
    await vi.advanceTimersByTimeAsync(100);
    isSo = true;
    await vi.advanceTimersByTimeAsync(50);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('rejects when the condition stays false', async () => {
    const late = expect(until(() => false, 1_000)).rejects.toThrow(DeadlineError);
    await vi.advanceTimersByTimeAsync(1_100);
    await late;
  });
});

describe('patiently', () => {
  it('asks again after each answer', async () => {
    const ask = vi.fn(async () => 'key');
    const asked = patiently(1_000, ask);
    expect([await asked(), await asked()]).toEqual(['key', 'key']);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('waits once for a question that hangs, and not again until the answer comes', async () => {
    let answer: (value: string) => void = () => undefined;
    const ask = vi.fn(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    const asked = patiently(1_000, ask);
    const first = asked();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(first).resolves.toBeUndefined();
    await expect(asked()).resolves.toBeUndefined();
    expect(ask).toHaveBeenCalledTimes(1);
    answer('key');
    await vi.advanceTimersByTimeAsync(0);
    const second = asked();
    await vi.advanceTimersByTimeAsync(0);
    answer('key');
    await expect(second).resolves.toBe('key');
  });

  it('returns undefined when the page refuses', async () => {
    const asked = patiently(1_000, () => Promise.reject(new Error('t')));
    await expect(asked()).resolves.toBeUndefined();
    await expect(asked()).resolves.toBeUndefined();
  });
});
