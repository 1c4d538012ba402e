import { describe, expect, it } from 'vitest';
import { ready, setUp } from './testing/session-rig.js';

describe('a session that is ready', () => {
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
