import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { judgeRefusal } from './notes.js';

const idle = { latestUpdateIteration: 0, hardExpirationTimer: undefined };
const asked = { latestUpdateIteration: 1, hardExpirationTimer: 'alarm_timer_1' };

describe('A build that the service refuses as too old', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is recognized by an update that the page requests as it stops its connection, until it connects again', () => {
    const judge = judgeRefusal();
    expect(judge(idle, false)).toBe(false);
    expect(judge(asked, true)).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(judge(asked, true)).toBe(true);
    expect(judge(asked, false)).toBe(false);
  });

  it('is not assumed when the page requests an update some time before it loses its connection', () => {
    const judge = judgeRefusal();
    expect(judge(asked, false)).toBe(false);
    vi.advanceTimersByTime(3_000);
    expect(judge(asked, true)).toBe(false);
  });

  it.each([
    ['requests an update without a date', { ...asked, hardExpirationTimer: undefined }],
    ['has no updater', undefined],
    ['has an updater of another form', { latestUpdateIteration: 'often', hardExpirationTimer: 'x' }],
  ])('is not assumed for a build that %s', (_, updater) => {
    expect(judgeRefusal()(updater, true)).toBe(false);
  });
});
