import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { linkSession, type Rig, reach, scanWith, startRig, trail } from '../support/rig.ts';

describe.each(['puppeteer', 'playwright'] as const)('the main job, on a real browser driven by %s', (driver) => {
  let rig: Rig<typeof driver>;
  beforeEach(async () => {
    rig = await startRig({ driver });
  });
  afterEach(async () => {
    await rig.close();
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
  });

  it('goes from a scanned code to ready, and reports each phase', async () => {
    const session = rig.session();
    const seen = trail(session);
    const codes: number[] = [];
    const percents: number[] = [];
    session.on('qr', ({ seq }) => codes.push(seq));
    session.on('state', (state) => state.name === 'syncing' && percents.push(state.percent));
    scanWith(rig.simulator, session);
    await session.start();
    const { me } = await session.ready();
    expect(me).toBe('447700900000@c.us');
    expect(codes).toEqual([1]);
    expect(seen).toEqual(['stopped', 'starting', 'loading', 'awaiting-qr', 'linking', 'syncing', 'ready']);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    // A page may be ready before Wakey has read 100 percent from it.
    expect(percents.length).toBeGreaterThan(0);
    expect(session.page?.url()).toContain(rig.simulator.url);
  });

  it('resumes after a stop without a code', async () => {
    await (await linkSession(rig)).stop();
    const session = rig.session();
    const seen = trail(session);
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    const record = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record).toMatchObject({ id: 'main', me: '447700900000@c.us', driver });
  });

  it('resumes by itself, without a code, when the browser is killed', async () => {
    const session = await linkSession(rig);
    const seen = trail(session);
    for (const pid of processesNaming(rig.sessionsDir)) process.kill(pid, 'SIGKILL');
    await reach(session, 'backing-off');
    await session.ready();
    expect(seen.slice(0, 4)).toEqual(['ready', 'backing-off', 'starting', 'resuming']);
    expect(seen).not.toContain('awaiting-qr');
  });

  it('ends as logged-out-by-phone when the phone unlinks it while it is connected, and erases the login', async () => {
    const session = await linkSession(rig);
    const [device] = rig.simulator.phone.devices();
    rig.simulator.phone.unlink(device?.id ?? '');
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'logged-out-by-phone' });
    const record = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeUndefined();
  });

  it('shows a new code with the reason when the phone unlinked it while it did not run', async () => {
    await (await linkSession(rig)).stop();
    const [device] = rig.simulator.phone.devices();
    rig.simulator.phone.unlink(device?.id ?? '');
    const session = rig.session();
    const whys: string[] = [];
    session.on('rescan', ({ why }) => whys.push(why));
    await session.start();
    expect((await reach(session, 'awaiting-qr')).run.why).toBe('unlinked-while-away');
    expect(whys).toEqual(['unlinked-while-away']);
  });

  it('logs out: the phone no longer lists the device', async () => {
    const session = await linkSession(rig);
    await session.logout();
    expect(session.state).toMatchObject({ name: 'ended', reason: 'logged-out-by-us' });
    expect(rig.simulator.phone.devices()).toEqual([]);
  });

  it.each([
    { takeover: 'never', loser: 'main' },
    { takeover: 'once', loser: 'copy' },
  ] as const)(
    'with takeover "$takeover", a newer connection of the same device makes the session "$loser" yield',
    async (row) => {
      await (await linkSession(rig)).stop();
      await cp(join(rig.sessionsDir, 'main', 'profile'), join(rig.sessionsDir, 'copy', 'profile'), { recursive: true });
      const main = rig.session({ policy: { takeover: row.takeover } });
      const copy = rig.session({ id: 'copy', policy: { takeover: 'never' } });
      await main.start();
      await main.ready();
      await copy.start();
      const [winner, loser] = row.loser === 'copy' ? [main, copy] : [copy, main];
      expect(await reach(loser, 'ended')).toMatchObject({ reason: 'replaced' });
      await winner.ready();
      expect(rig.simulator.phone.devices()).toHaveLength(1);
    },
  );

  it('emits maxQr codes and no more, then ends, and begins again at start', async () => {
    const session = rig.session({ policy: { maxQr: 3, qrTimeout: 2_000 } });
    const codes: string[] = [];
    session.on('qr', ({ qr }) => codes.push(qr.reveal()));
    await session.start();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'qr-exhausted' });
    expect(new Set(codes).size).toBe(3);
    scanWith(rig.simulator, session);
    await session.start();
    await session.ready();
  });
});
