import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, reach, startRig } from '../support/rig.ts';

describe('two sessions with the same device', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it('that both have takeover "always" do not evict each other for ever: one yields, and the other is ready', async () => {
    // Older builds report a conflict at once, which makes this test faster. The test is about the number of takeovers.
    rig.simulator.trouble({ replaced: 'conflict' });
    await (await linkSession(rig)).stop();
    await cp(join(rig.sessionsDir, 'main', 'profile'), join(rig.sessionsDir, 'copy', 'profile'), { recursive: true });
    let takeovers = 0;
    const start = async (id: string) => {
      const session = rig.session({ id, policy: { takeover: 'always' } });
      session.on('takeover', () => {
        takeovers += 1;
      });
      await session.start();
      return session;
    };
    const main = await start('main');
    await main.ready();
    const copy = await start('copy');
    const [winner, ended] = await Promise.race([
      reach(main, 'ended').then((state) => [copy, state] as const),
      reach(copy, 'ended').then((state) => [main, state] as const),
    ]);
    expect(ended.reason).toBe('replaced');
    await winner.ready();
    expect(takeovers).toBeLessThanOrEqual(10);
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('take over once, by a reload, when a page stops without an event because it was replaced, and yield the next time', async () => {
    const session = await linkSession(rig, { policy: { takeover: 'once' } });
    const replace = () => {
      for (const { id } of rig.simulator.devices()) rig.simulator.replace(id);
    };
    const taken = new Promise<number>((resolve) => session.on('takeover', ({ count }) => resolve(count)));
    replace();
    expect(await taken).toBe(1);
    await reach(session, 'ready');
    replace();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'replaced' });
  });

  it.each(['conflict', 'stopped'] as const)('keep their credentials when they yield (%s)', async (replaced) => {
    rig.simulator.trouble({ replaced });
    const session = await linkSession(rig, { policy: { takeover: 'never' } });
    for (const { id } of rig.simulator.devices()) rig.simulator.replace(id);
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'replaced' });
    await session.start();
    await session.ready();
  });
});
