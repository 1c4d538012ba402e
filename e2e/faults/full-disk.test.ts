import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from '@wakey/bundle/testing';
import { canMount, mountedDisk, type SmallDisk } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeLife } from '../support/faults/fake-life.ts';
import { leftBehind } from '../support/faults/kept.ts';
import { plant } from '../support/faults/stored.ts';
import { makeTemplate } from '../support/faults/template.ts';
import { linkSession, type Rig, reach, scanWith, startRig, trail } from '../support/rig.ts';

/** Enough room for a profile, its copies and its backups, and small enough to fill quickly. */
const megabytes = 32;

// Only root may mount a disk, and not in every container. Elsewhere Vitest reports these tests as skipped.
describe.runIf(canMount())('a full disk', () => {
  let disk: SmallDisk;
  let rig: Rig;
  beforeEach(async () => {
    disk = mountedDisk(megabytes);
    rig = await startRig();
    return async () => {
      await rig.close();
      disk.remove();
    };
  });
  const sessions = () => join(disk.path, 'sessions');
  const makeRoom = () => disk.leave((megabytes / 2) * 1024 ** 2);

  it('under a ready session causes only a warning; once there is room, Wakey saves a backup again, and the session resumes without a code', async () => {
    const session = await linkSession(rig, { sessionsDir: sessions(), policy: { settle: 100, saveEvery: 300 } });
    await new Promise((resolve) => session.on('saved', resolve));
    const seen = trail(session);
    const warned = new Promise((resolve) => session.on('warning', ({ what }) => resolve(what)));
    disk.leave(0);
    expect(await warned).toMatch(/^not saved/);
    expect(session.state.name).toBe('ready');
    const saved = new Promise((resolve) => session.on('saved', resolve));
    makeRoom();
    await saved;
    expect(seen).toEqual(['ready']);
    await session.stop();
    const next = rig.session({ sessionsDir: sessions() });
    const names = trail(next);
    await next.start();
    await next.ready();
    expect(names).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('while a session links does not prevent a later start, once there is room, from linking and resuming', async () => {
    const session = rig.session({ sessionsDir: sessions(), policy: { linkTimeout: 3_000, syncTimeout: 3_000 } });
    await session.start();
    const { qr } = await reach(session, 'awaiting-qr');
    disk.leave(0);
    await rig.simulator.phone.scan(qr.reveal());
    // The browser decides whether the page can still store its keys. The session reports ready or an ending in both cases.
    const cameTo = await Promise.race([
      session.ready().then(() => 'ready'),
      reach(session, 'ended').then(() => 'ended'),
    ]);
    expect(['ready', 'ended']).toContain(cameTo);
    await session.stop();
    makeRoom();
    const next = rig.session({ sessionsDir: sessions() });
    scanWith(rig.simulator, next);
    await next.start();
    await next.ready();
    await next.stop();
    const last = rig.session({ sessionsDir: sessions() });
    const names = trail(last);
    await last.start();
    await last.ready();
    expect(names).not.toContain('awaiting-qr');
  });

  it('that a hostile bundle fills ends the session; Wakey removes the half-unpacked files, and every backup remains', async () => {
    const template = await makeTemplate();
    const main = join(sessions(), 'main');
    mkdirSync(sessions(), { mode: 0o700 });
    cpSync(template.main, main, { recursive: true });
    rmSync(join(main, 'profile'), { recursive: true });
    const text = '0'.repeat(2 * megabytes * 1024 ** 2);
    const generation = plant(main, await bundleOf({ name: 'profile/Default/IndexedDB/bomb', text }));
    const life = fakeLife(sessions(), template);
    await life.begin().catch(() => undefined);
    await life.session.stop();
    expect(life.launched).toEqual([]);
    expect(life.told).toEqual(['restoring', expect.stringMatching(/^ended: session-unreadable: .*the disk is full/)]);
    expect(await leftBehind(sessions())).toEqual([]);
    for (const ending of ['bundle', 'json']) rmSync(join(main, 'bundles', `${generation}.${ending}`));
    const next = fakeLife(sessions(), template);
    await next.begin();
    await next.session.stop();
    expect(next.launched).toEqual([template.kept]);
    await template.remove();
  });
});
