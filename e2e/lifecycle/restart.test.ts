import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasChromiumProfile, linkSession, type Rig, reach, startRig, trail } from '../support/rig.ts';

describe('a restart', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await (await linkSession(rig)).stop();
  });
  afterEach(() => rig.close());

  async function again() {
    const session = rig.session();
    const rescans: string[] = [];
    session.on('rescan', ({ why }) => rescans.push(why));
    const seen = trail(session);
    await session.start();
    return { session, rescans, seen };
  }

  it('with a valid login is a re-auth, and needs no code', async () => {
    const { session, rescans, seen } = await again();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rescans).toEqual([]);
  });

  it('after an unlink by the phone is a re-scan with the reason unlinked-while-away', async () => {
    for (const { id } of rig.simulator.phone.devices()) rig.simulator.phone.unlink(id);
    const { session, rescans } = await again();
    expect((await reach(session, 'awaiting-qr')).run.why).toBe('unlinked-while-away');
    expect(rescans).toEqual(['unlinked-while-away']);
  });

  it('on a profile that lost its keys, without a backup, is a re-scan with the reason credentials-lost', async () => {
    const profile = join(rig.sessionsDir, 'main', 'profile');
    const parts = hasChromiumProfile()
      ? ['Default/IndexedDB', 'Default/Local Storage', 'Default/Service Worker', 'Default/WebStorage']
      : await readdir(profile);
    for (const part of parts) await rm(join(profile, part), { recursive: true, force: true });
    await rm(join(rig.sessionsDir, 'main', 'bundles'), { recursive: true });
    const { session, rescans } = await again();
    expect((await reach(session, 'awaiting-qr')).run.why).toBe('credentials-lost');
    expect(rescans).toEqual(['credentials-lost']);
    expect(rig.simulator.phone.devices()).toHaveLength(1);
    await session.stop();
    const record = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record).toHaveProperty('lostAt');
  });

  it('without any session files is a first link', async () => {
    for (const name of await readdir(rig.sessionsDir)) await rm(join(rig.sessionsDir, name), { recursive: true });
    const { session, rescans } = await again();
    expect((await reach(session, 'awaiting-qr')).run.why).toBe('first-link');
    expect(rescans).toEqual([]);
  });

  it.runIf(hasChromiumProfile())(
    'needs no code after a loss of localStorage, because the page keeps a copy of the login',
    async () => {
      await rm(join(rig.sessionsDir, 'main', 'profile', 'Default', 'Local Storage'), { recursive: true });
      const { session, seen } = await again();
      await session.ready();
      expect(seen).not.toContain('awaiting-qr');
    },
  );
});
