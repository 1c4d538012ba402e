import { defaultPolicy, type Policy } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { describe, expect, it } from 'vitest';
import { completePolicy } from './policy.js';

describe('a policy', () => {
  it('is the default policy if no field is given', () => {
    expect(completePolicy({ maxQr: 2 })).toEqual({ ...defaultPolicy, maxQr: 2 });
    // An untyped caller passes `undefined` for an absent option.
    expect(completePolicy({ maxQr: undefined } as never)).toEqual(defaultPolicy);
  });

  it.each([
    [{ qrTimeout: Number.NaN }, 'qrTimeout'],
    [{ qrTimeout: -1 }, 'qrTimeout'],
    [{ saveEvery: Number.POSITIVE_INFINITY }, 'saveEvery'],
    [{ heartbeat: 0 }, 'heartbeat'],
    [{ saveEvery: 30 * 24 * 3_600_000 }, 'saveEvery'],
    [{ maxQr: 1.5 }, 'maxQr'],
    [{ maxQr: 0 }, 'maxQr'],
    [{ maxLinkCodes: 0 }, 'maxLinkCodes'],
    [{ maxRestarts: -1 }, 'maxRestarts'],
    [{ takeover: 'sometimes' }, 'takeover'],
    [{ linkCodeFallback: 'code' }, 'linkCodeFallback'],
    [{ maxQrs: 3 }, 'maxQrs'],
  ])('is refused with the name of the impossible field: %j', (given, field) => {
    expect(() => completePolicy(given as Partial<Policy>)).toThrow(field);
  });
});

describe('the system’s clock', () => {
  it('does not ring at once for a time that is too long for one of Node’s timers', async () => {
    const rung: string[] = [];
    const cancel = systemClock.set(2 ** 31, () => rung.push('late'));
    await new Promise<void>((resolve) => systemClock.set(5, resolve));
    cancel();
    expect(rung).toEqual([]);
  });
});
