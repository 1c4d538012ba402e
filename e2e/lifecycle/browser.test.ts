import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { linkSession, type Rig, type RigSession, reach, startRig, trail } from '../support/rig.ts';

describe('a browser', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.close();
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
  });

  async function linked(options?: RigSession) {
    const session = await linkSession(rig, options);
    return { session, seen: trail(session) };
  }

  it('whose renderer crashes is replaced, and the session is ready again without a code', async () => {
    const { session, seen } = await linked();
    // It never answers: its page is gone.
    session.page?.goto('chrome://crash').catch(() => undefined);
    await reach(session, 'backing-off');
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose page hangs is replaced', async () => {
    const { session, seen } = await linked();
    rig.simulator.trouble({ hang: true });
    expect(await reach(session, 'interrupted')).toMatchObject({ cause: 'page-silent' });
    await reach(session, 'backing-off');
    rig.simulator.trouble({ hang: false });
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose page was navigated away comes back', async () => {
    const { session, seen } = await linked();
    await session.page?.goto('about:blank');
    const left = ['interrupted', 'backing-off', 'resuming'];
    await new Promise<void>((resolve) => {
      session.on('state', ({ name }) => left.includes(name) && resolve());
    });
    await session.ready();
    expect(session.page?.url()).toContain(rig.simulator.url);
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose GPU process dies leaves the session ready, or comes back to it', async () => {
    const { session, seen } = await linked();
    const cdp = await session.page?.createCDPSession();
    // Where no GPU process runs the command fails, and there is nothing to survive.
    await cdp?.send('Browser.crashGpuProcess').catch(() => undefined);
    await session.page?.evaluate(() => true);
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('that is lost again and again ends in a crash loop, with the link kept', async () => {
    const { session } = await linked({ policy: { maxRestarts: 2 } });
    session.on('state', ({ name }) => {
      if (name !== 'resuming') return;
      for (const pid of processesNaming(rig.sessionsDir)) process.kill(pid, 'SIGKILL');
    });
    for (const pid of processesNaming(rig.sessionsDir)) process.kill(pid, 'SIGKILL');
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'crash-loop' });
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});
