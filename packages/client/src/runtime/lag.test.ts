import { WakeyError } from '@wakey/core';
import { woundClock } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { createLag } from './lag.js';

describe('the lag of a store', () => {
  it('warns once a slow store is 5 s behind, and again each time that the lag has doubled', async () => {
    const { lag, warnings, pass } = setUp();
    lag.begin();
    await pass(4_900);
    expect(warnings).toEqual([]);
    await pass(35_200);
    expect(warnings).toEqual([5, 10, 20, 40].map(slow));
  });

  it('counts from the moment whose state the store has, while the profile changes on', async () => {
    const { lag, warnings, pass } = setUp();
    lag.begin();
    await pass(3_000);
    lag.done(true);
    lag.begin();
    await pass(2_000);
    expect(warnings).toEqual([slow(5)]);
    lag.done(true);
    lag.begin();
    await pass(4_000);
    // The second pass began after 3 s, so the store has what had changed until then: 6 s ago.
    expect(warnings).toEqual([slow(5)]);
  });

  it('does not warn while each pass is short', async () => {
    const { lag, warnings, pass } = setUp();
    for (let at = 0; at < 100; at += 1) {
      lag.begin();
      await pass(300);
      lag.done(true);
    }
    expect(warnings).toEqual([]);
  });

  it('warns at the first refusal, once it is 5 s behind, and again each time that this has doubled, with the reason', async () => {
    const { lag, warnings, pass } = setUp();
    const full = new WakeyError('store-unwritable', { what: 'The disk is full.', hint: 'Make room.' });
    for (let at = 0; at < 25; at += 1) {
      lag.begin();
      await pass(1_000);
      lag.refused(full, 'store');
    }
    expect(warnings.map((text) => /store is (\d+) s behind. .*disk is full/.exec(text)?.[1])).toEqual([
      '1',
      '5',
      '10',
      '20',
    ]);
    expect(lag.refusals()).toBe(25);
    lag.done(false);
    expect(lag.refusals()).toBe(0);
  });

  it('begins at nothing after everything was kept', async () => {
    const { lag, warnings, pass } = setUp();
    lag.begin();
    await pass(6_000);
    lag.done(false);
    await pass(60_000);
    lag.begin();
    await pass(4_900);
    expect(warnings).toEqual([slow(5)]);
    lag.reset();
    await pass(60_000);
    expect(warnings).toEqual([slow(5)]);
  });
});

function slow(seconds: number): string {
  return `The last changes of the profile are not kept: the store is ${seconds} s behind. The store is slow, or the profile changes too quickly.`;
}

function setUp() {
  const clock = woundClock();
  const warnings: string[] = [];
  const lag = createLag({ clock, log: () => undefined, warn: (what) => warnings.push(what) });
  return { lag, warnings, pass: (ms: number) => clock.wind(ms) };
}
