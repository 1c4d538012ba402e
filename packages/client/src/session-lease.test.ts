import { type ErrorCode, type SessionStore, WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { qr, reach, ready, setUp } from './testing/session-rig.js';

describe('the lease of a store', () => {
  it('survives any number of failed renewals if it lasts as long as its process', async () => {
    const { browser, clock, session, store } = await run({});
    store.failsWith = 'store-unreadable';
    await clock.wind(60_000);
    expect(store.renewals()).toBeGreaterThan(10);
    expect(session.state.name).toBe('awaiting-qr');
    browser.show(ready);
    expect(session.state.name).toBe('ready');
  });

  it('with a duration survives one failed renewal, and counts as lost before it expires', async () => {
    const { clock, session, store } = await run({ duration: 8_000 });
    store.failsWith = 'timeout';
    await clock.wind(2_000);
    store.failsWith = undefined;
    await clock.wind(60_000);
    expect(session.state.name).toBe('awaiting-qr');
    const since = clock.now();
    store.failsWith = 'timeout';
    const ended = reach(session, 'ended').then(() => clock.now());
    await clock.wind(8_000);
    await ended;
    expect(session.state).toMatchObject({ reason: 'lease-lost' });
    expect(store.lastTried() - since).toBeLessThan(8_000);
  });

  it('counts as lost at once if another process has taken it', async () => {
    const { clock, session, store } = await run({});
    store.failsWith = 'lease-lost';
    const ended = reach(session, 'ended');
    await clock.wind(1_000);
    await ended;
    expect(session.state).toMatchObject({ reason: 'lease-lost' });
  });
});

/** A session that shows a code, with a store whose leases have this duration. */
async function run(lease: { readonly duration?: number }) {
  let now = () => 0;
  const store = leasingStore(lease, () => now());
  const parts = await setUp({ heartbeat: 1_000, qrTimeout: 600_000 }, { store });
  now = () => parts.clock.now();
  await parts.session.start();
  parts.browser.show({ ...qr('one'), ttl: 600_000 });
  return { ...parts, store };
}

function leasingStore(given: { readonly duration?: number }, now: () => number) {
  let renewals = 0;
  let last = 0;
  const store = {
    name: 'fake',
    failsWith: undefined as ErrorCode | undefined,
    renewals: () => renewals,
    lastTried: () => last,
    list: async () => [],
    read: async () => undefined,
    write: async () => 1,
    remove: async () => undefined,
    lease: async () => ({
      fence: 1,
      ...given,
      async renew() {
        renewals += 1;
        last = now();
        if (store.failsWith !== undefined) throw new WakeyError(store.failsWith, { what: 'No.', hint: 'Wait.' });
      },
      release: async () => undefined,
    }),
  } satisfies SessionStore & Record<string, unknown>;
  return store;
}
