import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { SessionStore } from '@wakey/core';
import { WakeyError } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { linkSession, type Rig, startRig } from '../support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  await (await linkSession(rig)).stop();
});
afterEach(() => rig.close());

it('does not restore the older backup of its first store when it returns from another store', async () => {
  const first = filesystemStore({ directory: rig.sessionsDir });
  for (let round = 0; round < 2; round += 1) await runOnce(first);
  const folder = await makeFolder();
  await runOnce(filesystemStore({ directory: folder.path }));
  expect(await runOnce(first)).toEqual([]);
  await folder.remove();
});

it('does not restore a backup that is older than its own profile when the newer backup of another machine is damaged', async () => {
  const store = filesystemStore({ directory: rig.sessionsDir });
  const folder = await makeFolder();
  await runOnce(store, folder.path);
  const damaged: SessionStore = {
    ...store,
    async read(id, options) {
      const bundle = await store.read(id, options);
      if (bundle === undefined || options?.before !== undefined) return bundle;
      return { ...bundle, bytes: Readable.from([Buffer.from('not a bundle at all')]) };
    },
  };
  const session = rig.session({ store: damaged });
  await expect(session.start()).rejects.toMatchObject({ code: 'session-unreadable' });
  expect(await readdir(join(rig.sessionsDir, 'main'))).not.toContain('quarantine');
  await folder.remove();
});

it('still restores the newer backup of another machine after a start at which the store could not be read', async () => {
  const store = filesystemStore({ directory: rig.sessionsDir });
  const folder = await makeFolder();
  await runOnce(store, folder.path);

  const unreadable = () =>
    Promise.reject(new WakeyError('store-unreadable', { what: 'It cannot be read.', hint: 'Wait.' }));
  const broken: SessionStore = { ...store, read: unreadable, write: unreadable };
  const blind = rig.session({ store: broken });
  rig.simulator.trouble({ outage: 'socket' });
  await blind.start();
  await blind.stop();
  rig.simulator.trouble({ outage: 'none' });
  expect(await runOnce(store)).toContain('profile-stale');
  await folder.remove();
});

/** Starts the session, waits until it is ready, stops it, and returns the reasons of its recovery steps. */
async function runOnce(store: SessionStore, sessionsDir = rig.sessionsDir): Promise<readonly string[]> {
  const session = rig.session({ store, sessionsDir });
  const steps: string[] = [];
  session.on('recovery', ({ why }) => steps.push(why));
  await session.start();
  await session.ready();
  await session.stop();
  return steps;
}
