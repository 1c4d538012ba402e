import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkSession, type Rig, reach, runInPage, scanWith, startRig, trail } from '../support/rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(async () => {
  rig.simulator.trouble({ portal: 'none', scripts: 'arrive', modulesLateMs: 0, refusedStates: 'none' });
  await rig.close();
});

describe('a login portal', () => {
  it.each(['redirect', 'page'] as const)(
    'at the start (%s) ends a session without a login as page-foreign',
    async (portal) => {
      rig.simulator.trouble({ portal });
      const session = rig.session();
      await expect(session.start()).rejects.toMatchObject({ code: 'page-foreign' });
      rig.simulator.trouble({ portal: 'none' });
      scanWith(rig.simulator, session);
      await session.start();
      await session.ready();
    },
  );
});

describe('a login portal before a linked session', () => {
  it('ends the session after giveUpAfter, and the login is kept', async () => {
    await (await linkSession(rig)).stop();
    rig.simulator.trouble({ portal: 'redirect' });
    const session = rig.session({ policy: { giveUpAfter: 2_000 } });
    const seen = trail(session);
    await expect(session.start()).rejects.toMatchObject({ code: 'page-foreign' });
    expect(seen).toContain('backing-off');
    rig.simulator.trouble({ portal: 'none' });
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it.each(['redirect', 'page'] as const)(
    'at the start (%s) delays the session until the portal is gone, without a code',
    async (portal) => {
      await expectDelay({ portal }, { portal: 'none' });
    },
  );

  it('that appears while the session is ready delays it, also across restarts of the browser, without a code', async () => {
    const session = await linkSession(rig, { policy: { interruptedTimeout: 1_000 } });
    const seen = trail(session);
    rig.simulator.trouble({ portal: 'page' });
    await vi.waitFor(() => expect(seen.filter((name) => name === 'backing-off').length).toBeGreaterThan(1), 40_000);
    rig.simulator.trouble({ portal: 'none' });
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});

/** Resolves 3 s after the page announces a logout: a page that is logged out leaves within 1.5 s of that event. */
const later = `() => new Promise((resolve) => {
  require('WAWebCmd').Cmd.on('logout_from_bridge', () => setTimeout(resolve, 3_000));
})`;

describe('a page that announces a false logout', () => {
  it('by its event at each login costs a linked session nothing, also after a restart', async () => {
    const session = await linkSession(rig);
    const seen = trail(session);
    await runInPage(session, `globalThis.later = (${later})(), null`);
    rig.simulator.trouble({ falseLogoutEvent: true });
    await runInPage(session, 'globalThis.later');
    expect(seen).toEqual(['ready']);
    await session.stop();
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(seen).not.toContain('ended');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('by its address, while it runs and when it loads, costs a linked session nothing', async () => {
    const session = await linkSession(rig);
    const seen = trail(session);
    const since = rig.simulator.log().at(-1)?.seq ?? 0;
    rig.simulator.trouble({ falseLogoutAddress: true });
    await rig.simulator.waitFor('device-synced', { after: since });
    await session.ready();
    await session.stop();
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(seen).not.toContain('ended');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('by its address, before its modules have arrived, costs a linked session nothing', async () => {
    await (await linkSession(rig)).stop();
    rig.simulator.trouble({ falseLogoutAddress: true, modulesLateMs: 40_000 });
    const session = rig.session();
    const seen = trail(session);
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});

describe('a service that refuses the newest state of a linked device', () => {
  it('and never lets it become ready makes Wakey restore the older backup, without a code', async () => {
    const policy = { settle: 200 };
    const first = await linkSession(rig, { policy });
    await vi.waitFor(async () => expect(first.state).toMatchObject({ name: 'ready', isSettled: true }), 10_000);
    await first.stop();
    const second = rig.session({ policy });
    await second.start();
    await second.ready();
    await second.stop();
    rig.simulator.trouble({ refusedStates: 'newest', stateRefusal: 'never-ready' });
    // Only this session is to give up early: a good one may need longer on a busy machine.
    const third = rig.session({ policy: { ...policy, syncTimeout: 2_000, maxRestarts: 2 } });
    const seen = trail(third);
    await third.start();
    await third.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});

describe('scripts that do not arrive', () => {
  it('end a session without a login as page-unreachable, which names the host of the scripts', async () => {
    rig.simulator.trouble({ scripts: 'blocked' });
    const session = rig.session();
    await session.start();
    const ended = await reach(session, 'ended');
    expect(ended).toMatchObject({ reason: 'page-unreachable', detail: expect.stringContaining('localhost:') });
    expect(ended.detail).not.toContain('rsrc');
  });

  it('delay a linked session until they arrive, without a code', async () => {
    await expectDelay({ scripts: 'blocked' }, { scripts: 'arrive' });
  });

  it('in time, because they stall or bring the modules late, only delay a session', async () => {
    rig.simulator.trouble({ scripts: 'stalled' });
    const session = rig.session();
    scanWith(rig.simulator, session);
    await session.start();
    await vi.waitFor(() => expect(session.state).toMatchObject({ missing: ['scripts (0 of 1 loaded)'] }), 10_000);
    rig.simulator.trouble({ scripts: 'arrive' });
    await session.ready();
    await session.stop();
    // At twenty times the speed this is 7 s: longer than a page may lack parts once its scripts have run.
    rig.simulator.trouble({ modulesLateMs: 140_000 });
    const seen = trail(session);
    await session.start();
    await session.ready();
    expect(seen.filter((name) => name === 'backing-off' || name === 'awaiting-qr')).toEqual([]);
  });
});

/** Expects that a linked session, started under a trouble, backs off and is ready without a code once the trouble is over. */
async function expectDelay(
  trouble: Parameters<Rig['simulator']['trouble']>[0],
  over: Parameters<Rig['simulator']['trouble']>[0],
): Promise<void> {
  await (await linkSession(rig)).stop();
  rig.simulator.trouble(trouble);
  const session = rig.session();
  const seen = trail(session);
  const started = session.start();
  await reach(session, 'backing-off');
  rig.simulator.trouble(over);
  await started;
  await session.ready();
  expect(seen).not.toContain('awaiting-qr');
  expect(rig.simulator.phone.devices()).toHaveLength(1);
}
