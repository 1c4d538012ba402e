import { describe, expect, it } from 'vitest';
import { ready, setUp } from './testing/session-rig.js';

describe('a session that is ready', () => {
  it('warns only at the first save that a driver without profiles has no backups', async () => {
    const absent = { supported: false, reason: 'this browser has no profile' } as const;
    const { browser, clock, session } = await setUp(policy, { capabilities: { persistentProfile: absent } });
    const said: string[] = [];
    session.on('warning', ({ what }) => said.push(what));
    await session.start();
    browser.show(ready);
    await clock.wind(policy.settle);
    // The save writes real files. Winding on meanwhile would soon count it as one that does not end.
    while (said.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let saves = 0; saves < 5; saves += 1) await clock.wind(10_000);
    await session.stop();
    expect(said).toEqual(['not saved: no backup is possible: this browser has no profile']);
  });

  it('updates its record soon after it is ready and then on schedule, also without a store', async () => {
    const { browser, clock, session } = await setUp(policy);
    const saved: (number | null)[] = [];
    session.on('saved', ({ generation }) => saved.push(generation));
    await session.start();
    browser.show(ready);
    while (saved.length < 3) await clock.wind(10_000);
    expect(new Set(saved)).toEqual(new Set([null]));
  });
});

const policy = { settle: 1_000, saveEvery: 10_000, heartbeat: 600_000 } as const;
