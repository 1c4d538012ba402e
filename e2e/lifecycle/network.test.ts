import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkSession, type Rig, reach, scanWith, startRig, trail } from '../support/rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(async () => {
  rig.simulator.trouble({ portal: 'none', scripts: 'arrive', modulesLateMs: 0 });
  await rig.close();
});

describe('a login portal', () => {
  it.each(['redirect', 'page'] as const)(
    'at the start (%s) ends a session without credentials as page-foreign',
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

describe('scripts that do not come', () => {
  it('end a session without credentials as page-unreachable, which names their host', async () => {
    rig.simulator.trouble({ scripts: 'blocked' });
    const session = rig.session();
    await session.start();
    const ended = await reach(session, 'ended');
    expect(ended).toMatchObject({ reason: 'page-unreachable', detail: expect.stringContaining('localhost:') });
    expect(ended.detail).not.toContain('rsrc');
  });

  it('are waited out by a linked session, without a code', async () => {
    await (await linkSession(rig)).stop();
    rig.simulator.trouble({ scripts: 'blocked' });
    const session = rig.session();
    const seen = trail(session);
    const started = session.start();
    await reach(session, 'backing-off');
    rig.simulator.trouble({ scripts: 'arrive' });
    await started;
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('but stall, or bring the modules late, are waited for', async () => {
    rig.simulator.trouble({ scripts: 'stalled' });
    const session = rig.session();
    scanWith(rig.simulator, session);
    await session.start();
    await vi.waitFor(() => expect(session.state).toMatchObject({ missing: ['scripts (0 of 1 here)'] }), 10_000);
    rig.simulator.trouble({ scripts: 'arrive' });
    await session.ready();
    await session.stop();
    // 7 s, run twenty times as fast: longer than a page may lack parts once its scripts have run.
    rig.simulator.trouble({ modulesLateMs: 140_000 });
    const seen = trail(session);
    await session.start();
    await session.ready();
    expect(seen.filter((name) => name === 'backing-off' || name === 'awaiting-qr')).toEqual([]);
  });
});
