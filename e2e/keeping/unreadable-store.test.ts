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

it('does not take its own profile for the newest because what is kept could not be read for once', async () => {
  const store = filesystemStore({ directory: rig.sessionsDir });
  const folder = await makeFolder();
  const elsewhere = rig.session({ sessionsDir: folder.path, store });
  await elsewhere.start();
  await elsewhere.ready();
  await elsewhere.stop();

  const unreadable = () =>
    Promise.reject(new WakeyError('store-unreadable', { what: 'It cannot be read.', todo: 'Wait.' }));
  const broken: SessionStore = { ...store, read: unreadable, write: unreadable };
  const blind = rig.session({ store: broken });
  await blind.start();
  await blind.ready();
  await blind.stop();

  const back = rig.session({ store });
  const steps: string[] = [];
  back.on('recovery', ({ why }) => steps.push(why));
  await back.start();
  await back.ready();
  expect(steps).toContain('profile-stale');
  await back.stop();
  await folder.remove();
});
