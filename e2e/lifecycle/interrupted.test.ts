import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, reach, startRig, trail } from '../support/rig.ts';

describe('an interruption', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    rig.simulator.trouble({ outage: 'none' });
    await rig.close();
  });

  it.each(['socket', 'all'] as const)(
    'of the network (%s) ends by itself once the network returns, and deletes nothing',
    async (outage) => {
      const session = await linkSession(rig);
      const seen = trail(session);
      rig.simulator.trouble({ outage });
      expect(await reach(session, 'interrupted')).toMatchObject({ cause: 'network' });
      rig.simulator.trouble({ outage: 'none' });
      await session.ready();
      expect(seen).not.toContain('awaiting-qr');
      expect(rig.simulator.phone.devices()).toHaveLength(1);
    },
  );

  it('of the network at the start of a linked session delays the session until the network returns', async () => {
    await (await linkSession(rig)).stop();
    rig.simulator.trouble({ outage: 'all' });
    const session = rig.session();
    const started = session.start();
    await reach(session, 'backing-off');
    rig.simulator.trouble({ outage: 'none' });
    await started;
    await session.ready();
  });

  it('that lasts too long restarts the browser', async () => {
    const session = await linkSession(rig, { policy: { interruptedTimeout: 1_000 } });
    rig.simulator.trouble({ outage: 'socket' });
    await reach(session, 'backing-off');
    rig.simulator.trouble({ outage: 'none' });
    await session.ready();
  });

  it('of the phone during the first sync ends the session and names what is missing; it becomes ready once the phone is back', async () => {
    const session = rig.session({ policy: { syncTimeout: 2_000 } });
    session.on('qr', async ({ qr }) => {
      await rig.simulator.phone.scan(qr.reveal());
      rig.simulator.trouble({ phoneOffline: true });
    });
    await session.start();
    const ended = await reach(session, 'ended');
    expect(ended.reason).toBe('page-stuck');
    expect(ended.detail).toContain('synced');
    rig.simulator.trouble({ phoneOffline: false });
    await session.start();
    await session.ready();
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});
