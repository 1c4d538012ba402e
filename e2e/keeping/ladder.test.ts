import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session, SessionEvents } from '@wakey/client';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { linkSession, type Rig, reach, startRig, trail } from '../support/rig.ts';

describe('the recovery ladder', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await (await linkSession(rig)).stop();
  });
  afterEach(() => rig.close());

  const at = (...names: string[]) => join(rig.sessionsDir, 'main', ...names);
  const loseIndexedDb = () => rm(at('profile', 'Default', 'IndexedDB'), { recursive: true });
  const damage = (generation: number) => writeFile(at('bundles', `${generation}.bundle`), 'not a bundle');

  async function again(options: Parameters<Rig['session']>[0] = {}) {
    const session = rig.session(options);
    const steps = stepsOf(session);
    const seen = trail(session);
    await session.start();
    return { session, steps, seen };
  }

  it('does not replace an intact profile', async () => {
    const { session, steps, seen } = await again();
    await session.ready();
    expect(steps).toEqual([]);
    expect(seen).not.toContain('awaiting-qr');
  });

  it('restores a backup without a code when the whole profile is gone', async () => {
    await rm(at('profile'), { recursive: true });
    const { session, steps, seen } = await again();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(steps).toMatchObject([
      { step: 'restoring', why: 'profile-missing' },
      { step: 'restored', why: 'profile-missing', generation: 1, quarantine: null },
    ]);
  });

  it('moves a damaged profile to quarantine and restores a backup', async () => {
    const [site = ''] = await readdir(at('profile', 'Default', 'IndexedDB'));
    await writeFile(at('profile', 'Default', 'IndexedDB', site, 'CURRENT'), 'MANIFEST-999999\n');
    const { session, steps } = await again();
    await session.ready();
    const { quarantine } = steps[1] as { readonly quarantine: string };
    expect(quarantine).toMatch(/quarantine\/.*profile-damaged$/);
    expect(await readdir(join(quarantine, 'Default', 'IndexedDB'))).toContain(site);
  });

  it('restores a backup without a code when a running page loses its login', async () => {
    const session = rig.session();
    await session.start();
    await session.ready();
    await session.page?.evaluate(async () => {
      const databases = await indexedDB.databases();
      for (const { name = '' } of databases) indexedDB.deleteDatabase(name);
      localStorage.clear();
      for (const key of await caches.keys()) await caches.delete(key);
    });
    const seen = trail(session);
    const steps = stepsOf(session);
    await session.page?.reload();
    await reach(session, 'resuming');
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(steps.at(-1)).toMatchObject({ step: 'restored', why: 'credentials-lost' });
  });

  it('restores the older backup when the newest is damaged', async () => {
    const { session } = await again();
    await session.ready();
    await session.stop();
    await loseIndexedDb();
    await damage(2);
    const { session: next, steps } = await again();
    await next.ready();
    expect(steps.at(-1)).toMatchObject({ step: 'restored', why: 'profile-missing', generation: 1 });
  });

  it('starts no browser on an empty profile while the backups cannot be read', async () => {
    await loseIndexedDb();
    await damage(1);
    const session = rig.session();
    const seen = trail(session);
    const phases: string[] = [];
    session.on('state', (state) => state.name === 'starting' && phases.push(state.phase));
    await expect(session.start()).rejects.toMatchObject({ code: 'session-unreadable' });
    expect(seen).not.toContain('resuming');
    expect(phases).not.toContain('launching');
  });

  it('ends the session, and erases nothing, when every backup is damaged; a relink then shows a code', async () => {
    await loseIndexedDb();
    await damage(1);
    const session = rig.session();
    await session.start().catch(() => undefined);
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'session-unreadable' });
    expect(await readdir(at('bundles'))).toContain('1.bundle');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
    await session.relink();
    expect(session.state.name).toBe('awaiting-qr');
  });

  it('saves a backup while the browser runs, and can restore it like a backup of a stop', async () => {
    const { session } = await again({ policy: { settle: 50, keep: 'off' } });
    const saved = new Promise((resolve) => session.on('saved', resolve));
    await session.ready();
    expect(await saved).toMatchObject({ generation: 2 });
    await session.stop();
    await loseIndexedDb();
    await damage(3);
    const next = await again();
    await next.session.ready();
    expect(next.steps.at(-1)).toMatchObject({ step: 'restored', generation: 2 });
  });

  it('leaves neither a backup nor a profile in quarantine after a logout by command', async () => {
    await rm(at('profile', 'Default', 'IndexedDB'), { recursive: true });
    const { session } = await again();
    await session.ready();
    expect(await readdir(at('quarantine'))).toHaveLength(1);
    await session.logout();
    await session.stop();
    expect((await readdir(at('bundles'))).filter((name) => name.endsWith('.bundle'))).toEqual([]);
    expect(await readdir(at())).not.toContain('quarantine');
  });

  it('moves a session to another machine that shares the store, and back to the first machine with what the other has kept', async () => {
    const folder = await makeFolder();
    const store = filesystemStore({ directory: rig.sessionsDir });
    const elsewhere = await again({ sessionsDir: folder.path, store });
    await elsewhere.session.ready();
    expect(elsewhere.steps.at(-1)).toMatchObject({ step: 'restored', why: 'profile-missing' });
    await elsewhere.session.stop();
    const { session, steps } = await again();
    await session.ready();
    // The other machine wrote no backup: it appended to the first one.
    const back = { step: 'restored', why: 'profile-stale', generation: 1, from: 'newest' };
    expect(steps.at(-1)).toMatchObject(back);
    await session.stop();
    await folder.remove();
  });
});

function stepsOf(session: Session): SessionEvents<unknown>['recovery'][] {
  const steps: SessionEvents<unknown>['recovery'][] = [];
  session.on('recovery', (step) => steps.push(step));
  return steps;
}
