import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, reach, scanWith, startRig } from '../support/rig.ts';

describe('after the scan', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it('the heartbeat finds that the page is ready when the page’s event is lost', async () => {
    rig.simulator.trouble({ lostEvents: ['Socket *', 'Stream *', 'Cmd *'] });
    await linkSession(rig, { policy: { heartbeat: 500 } });
  });

  it('a sync that makes no progress ends the session at its deadline, and the ending names what is missing', async () => {
    rig.simulator.trouble({ syncStuckAt: 40 });
    // Long enough for a busy machine to get from 0 to 40 %: each progress starts the deadline again.
    const session = rig.session({ policy: { syncTimeout: 6_000, maxRestarts: 1 } });
    scanWith(rig.simulator, session);
    await session.start();
    const ended = await reach(session, 'ended');
    expect(ended).toMatchObject({ reason: 'page-stuck' });
    expect(ended.detail).toContain('40');
    expect(ended.detail).toContain('synced');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('a page that shows ready but whose service no longer answers is replaced', async () => {
    const session = await linkSession(rig, { policy: { interruptedTimeout: 1_000 } });
    rig.simulator.trouble({ zombie: true });
    expect(await reach(session, 'interrupted')).toMatchObject({ cause: 'page-silent' });
    await reach(session, 'backing-off');
    rig.simulator.trouble({ zombie: false });
    await session.ready();
  });
});
