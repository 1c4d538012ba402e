import type { Lease, SessionStore } from '@wakey/core';
import { WakeyError } from '@wakey/core';
import { settled } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { codeOf, linked, qr, reach, ready, setUp } from './testing/session-rig.js';

describe('an earlier run of a session', () => {
  it('sets no timer and does not end a later run if its lease is released during a renewal', async () => {
    const store = fakeStore();
    const { browser, clock, session } = await setUp({ heartbeat: 1_000 }, { store });
    await session.start();
    const renewal = store.holdRenewal();
    await clock.wind(1_000);
    await session.stop();
    renewal.fulfil();
    await settled();
    expect(clock.pending()).toBe(0);

    await session.start();
    const failing = store.holdRenewal();
    await clock.wind(1_000);
    await session.stop();
    await session.start();
    browser.show(qr('one'));
    failing.fail(new WakeyError('lease-lost', { what: 'It was released.', hint: 'Take it again.' }));
    await settled();
    expect(session.state.name).toBe('awaiting-qr');
  });

  it('does not release the locks of the next run if its own release takes too long', async () => {
    const store = fakeStore();
    const { browser, clock, session, sessionsDir } = await setUp({ stopTimeout: 1_000 }, { store });
    await session.start();
    const giving = store.holdRelease();
    const stopped = session.stop();
    await until(() => session.state.name === 'stopping' && session.state.phase === 'releasing');
    await clock.wind(1_000);
    await stopped;
    const started = session.start();
    await settled();
    giving.fulfil();
    await started;
    browser.show(qr('one'));
    expect(session.state.name).toBe('awaiting-qr');
    const other = await setUp({}, { sessionsDir });
    expect(await codeOf(other.session.start())).toBe('session-in-use');
    await session.stop();
    expect(await codeOf(other.session.start())).toBe('resolved');
  });

  it('does not report its erasure to the next run, which erases the login itself', async () => {
    const store = fakeStore();
    const { browser, clock, session } = await setUp({ stopTimeout: 1_000 }, { store });
    await session.start();
    browser.show(ready);
    const first = store.holdRemoval();
    browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    await until(() => session.state.name === 'stopping' && session.state.phase === 'erasing');
    await clock.wind(1_000);
    await reach(session, 'ended');

    const second = store.holdRemoval();
    const linking = session.relink();
    await until(() => session.state.name === 'starting' && session.state.phase === 'erasing');
    first.fail(new WakeyError('stale-fence', { what: 'There is a newer holder.', hint: 'Nothing was changed.' }));
    await settled();
    expect(session.state).toMatchObject({ name: 'starting', phase: 'erasing' });
    second.fulfil();
    await reach(session, 'loading');
    browser.show(qr('one'));
    await linking;
  });

  it('is followed by a run that takes the lease again if the lease was lost while the browser could not be ended', async () => {
    const store = fakeStore();
    const { browser, clock, session } = await setUp({ heartbeat: 1_000 }, { store });
    await session.start();
    browser.faults.close = new WakeyError('browser-unkillable', { what: 'Process 1 stays.', hint: 'End it.' });
    const failing = store.holdRenewal();
    await clock.wind(1_000);
    failing.fail(new WakeyError('lease-lost', { what: 'Another has it.', hint: 'Stop.' }));
    await reach(session, 'ended');
    expect(session.state).toMatchObject({ reason: 'browser-unkillable' });
    browser.faults = {};
    await session.start();
    expect(store.leases()).toBe(2);
  });
});

describe('a session', () => {
  it('stays locked when the browser of a failed or cancelled launch could not be ended', async () => {
    const unkillable = new WakeyError('browser-unkillable', { what: 'Process 1 stays.', hint: 'End it.' });
    const { browser, session, sessionsDir } = await setUp();
    browser.faults.launch = unkillable;
    expect(await codeOf(session.start())).toBe('browser-unkillable');
    const other = await setUp({}, { sessionsDir });
    expect(await codeOf(other.session.start())).toBe('session-in-use');

    const cancelled = await setUp();
    cancelled.browser.faults.hangsOnLaunch = true;
    cancelled.browser.faults.abort = unkillable;
    const started = codeOf(cancelled.session.start());
    await until(() => cancelled.browser.launches().length === 1);
    expect(await codeOf(cancelled.session.stop())).toBe('browser-unkillable');
    expect(await started).toBe('browser-unkillable');
  });

  it('runs on when start() or relink() gets a signal that is already aborted', async () => {
    const { browser, session } = await linked();
    expect(await codeOf(session.start({ signal: AbortSignal.abort() }))).toBe('aborted');
    expect(await codeOf(session.relink({ signal: AbortSignal.abort() }))).toBe('aborted');
    expect(session.state.name).toBe('ready');
    expect(browser.alive()).toBe(1);
  });

  it('reports a failure without the query and the credentials of an address', async () => {
    const { browser, session, events } = await setUp();
    const told: string[] = [];
    session.on('ended', ({ detail }) => told.push(detail));
    browser.faults.launch = new WakeyError('browser-unavailable', {
      what: 'No answer from http://me:hidden@proxy.test/a?token=hidden.',
      hint: 'Look.',
    });
    await expect(session.start()).rejects.toThrow('proxy.test/a');
    const error = await session.ready().catch(String);
    expect(events).toEqual(['ended']);
    expect(told.join() + error).not.toContain('hidden');
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settled();
}

/** A store whose leases the test can delay. */
function fakeStore() {
  let renewal: Promise<void> = Promise.resolve();
  let release: Promise<void> = Promise.resolve();
  let removal: Promise<void> = Promise.resolve();
  let leases = 0;
  const lease = async (): Promise<Lease> => {
    leases += 1;
    return { fence: leases, renew: () => take(() => renewal), release: () => take(() => release) };
  };
  // Delay only the next call.
  const take = (of: () => Promise<void>) => {
    const now = of();
    renewal = Promise.resolve();
    release = Promise.resolve();
    return now;
  };
  const store: SessionStore = {
    name: 'fake',
    list: async () => [],
    read: async () => undefined,
    write: async () => 1,
    remove: () => removal,
    lease,
  };
  return {
    ...store,
    leases: () => leases,
    holdRenewal() {
      const held = Promise.withResolvers<void>();
      renewal = held.promise;
      return { fulfil: () => held.resolve(), fail: held.reject };
    },
    holdRemoval() {
      const held = Promise.withResolvers<void>();
      removal = held.promise;
      return { fulfil: () => held.resolve(), fail: held.reject };
    },
    holdRelease() {
      const held = Promise.withResolvers<void>();
      release = held.promise;
      return { fulfil: () => held.resolve() };
    },
  };
}
