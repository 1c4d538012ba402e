import { chromiumProfile } from '@wakey/chromium';
import type { Policy } from '@wakey/core';
import { fakeBrowser } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { createSession } from './create-session.js';
import { policyFor } from './policy.js';
import { heartbeat, policy, saved, texts, until } from './testing/followed-session.js';
import { ready } from './testing/session-rig.js';

describe('a session whose browser needs more and more memory', () => {
  it('replaces the browser at a quiet moment, is ready again without a code, and goes on with the same backup', async () => {
    const { browser, clock, events, session, store, commit, segments } = await growing();
    browser.uses = 299;
    await clock.wind(2 * heartbeat);
    expect(browser.launches()).toHaveLength(1);
    browser.uses = 300;
    await clock.wind(heartbeat + QUIET);
    await until(() => session.state.name === 'resuming');
    expect(browser.launches()).toHaveLength(2);
    browser.show(ready);
    expect(session.state.name).toBe('ready');
    expect(browser.alive()).toBe(1);
    expect(events.slice(-2)).toEqual(['renewing', 'ready']);
    expect(events.filter((name) => /qr|restarting|rescan/.test(name))).toEqual([]);
    await commit('after');
    while (segments().length === 0) await clock.wind(1_000);
    expect(store.kept.size).toBe(1);
    expect(texts(segments())).toEqual(['after\n']);
  });

  it('measures the new browser again, and does not replace a browser twice within renewEvery', async () => {
    const parts = await growing({ renewEvery: 300_000 });
    const { browser, clock } = parts;
    await renewed(parts, 300);
    browser.uses = 899;
    await clock.wind(400_000);
    expect(browser.launches()).toHaveLength(2);
    await renewed(parts, 900);
    browser.uses = 10_000;
    await clock.wind(240_000);
    expect(browser.launches()).toHaveLength(3);
    await clock.wind(60_000);
    await until(() => browser.launches().length === 4);
  });

  it('waits while the page stores something, for a minute at most', async () => {
    const { browser, clock, session, commit } = await growing();
    browser.uses = 300;
    for (let second = 0; second < (heartbeat + 55_000) / 1_000; second += 1) {
      await commit('line');
      await clock.wind(1_000);
    }
    expect(session.state.name).toBe('ready');
    for (let second = 0; second < 10 && browser.launches().length === 1; second += 1) {
      await commit('line');
      await clock.wind(1_000);
    }
    await until(() => browser.launches().length === 2);
  });

  it('waits while a save runs', async () => {
    const { browser, clock, session, store, commit } = await growing({ saveEvery: 60_000 });
    const held = Promise.withResolvers<void>();
    store.onAppend = () => held.promise;
    await commit('slow');
    await clock.wind(60_000);
    browser.uses = 300;
    await clock.wind(2 * heartbeat);
    expect([session.state.name, browser.launches().length]).toEqual(['ready', 1]);
    held.resolve();
    while (session.state.name === 'ready') await clock.wind(heartbeat);
    await until(() => browser.launches().length === 2);
  });

  it('can be stopped while the browser is being replaced, and saves the login', async () => {
    const { browser, clock, session, events } = await growing();
    const stopped = new Promise<void>((resolve, reject) => {
      session.on('renewing', () => void session.stop().then(resolve, reject));
    });
    browser.uses = 300;
    await clock.wind(heartbeat + QUIET);
    await stopped;
    expect([session.state.name, browser.alive(), browser.launches().length]).toEqual(['stopped', 0, 1]);
    expect(events.at(-1)).toBe('saved');
    expect(clock.pending()).toBe(0);
  });

  it('keeps its browser with renewAt 0, and if the memory cannot be measured, of which it warns once', async () => {
    const never = await growing({ renewAt: 0 });
    never.browser.uses = 100_000;
    await never.clock.wind(200_000);
    expect(never.browser.launches()).toHaveLength(1);
    const blind = await saved({ heartbeat, renewAt: 3 });
    await until(() => blind.events.includes('saved'));
    blind.browser.show({ type: 'offline', cause: 'network' }, ready);
    await blind.clock.wind(200_000);
    expect(blind.warnings.filter((what) => what.startsWith('renewAt'))).toEqual([
      'renewAt has no effect: driver "fake" cannot measure the memory of its browser on this system',
    ]);
  });
});

describe('the factor of a renewal', () => {
  it('is the driver’s own unless the caller names one, and 0 without either', () => {
    expect(policyFor({}, {}).renewAt).toBe(0);
    expect(policyFor({ renewAt: 3 }, {}).renewAt).toBe(3);
    expect(policyFor({ renewAt: 3 }, { policy: { renewAt: 0 } }).renewAt).toBe(0);
    expect(policyFor({}, { policy: { renewAt: 1.5 } }).renewAt).toBe(1.5);
    expect(policyFor({ renewAt: 3 }, { ephemeral: true }).renewAt).toBe(0);
  });

  it.each([[1], [0.5], [-3], [1_001], [Number.NaN], ['3']])('cannot be %j', (renewAt) => {
    const policy = { renewAt } as Partial<Policy>;
    expect(() => policyFor({}, { policy })).toThrow(
      '"renewAt" is impossible: it must be 0 (never), or a number, 1.1 to 1000',
    );
  });

  it('is refused for an ephemeral session, whose login would end with the browser', () => {
    const { driver } = fakeBrowser(chromiumProfile);
    const open = () =>
      createSession({ id: 'main', driver, sessionsDir: '/none', ephemeral: true, policy: { renewAt: 3 } });
    expect(open).toThrow('its login would end with the browser');
  });
});

/** How long the page must have stored nothing, in ms. */
const QUIET = 3_000;

/** A session with a backup, in a browser that used 100 bytes once the session was ready. */
async function growing(changed: Partial<Policy> = {}) {
  const parts = await saved({ heartbeat, renewAt: 3, ...changed }, {}, { uses: 100 });
  await until(() => parts.events.includes('saved'));
  await parts.clock.wind(heartbeat);
  return parts;
}

type Parts = Pick<Awaited<ReturnType<typeof growing>>, 'browser' | 'clock' | 'session' | 'events'>;

/** Lets the browser use so much that another one replaces it, in which the session is ready, saved and measured. */
async function renewed({ browser, clock, session, events }: Parts, uses: number): Promise<void> {
  const before = browser.launches().length;
  browser.uses = uses;
  await clock.wind(heartbeat + QUIET);
  await until(() => browser.launches().length > before && session.state.name === 'resuming');
  browser.show(ready);
  await clock.wind(policy.settle);
  await until(() => events.at(-1) === 'saved');
  await clock.wind(heartbeat);
}
