import { cp } from 'node:fs/promises';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import { defaultPolicy } from '@wakey/core';
import { fakeBrowser, temporaryDirectory, woundClock } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { memoryStore } from '../transfer/testing/memory-store.js';
import { open } from '../workspace/testing/place.js';
import type { Directory } from './directory.js';
import { createKeeper } from './keeper.js';
import type { SessionParts } from './parts.js';

it('counts the profile as kept only in the run whose last save wrote it', async () => {
  const { driver, adapter } = fakeBrowser(chromiumProfile);
  const { store } = memoryStore();
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await cp(await makeProfile(), workspace.profileDir, { recursive: true });
  await workspace.update({ driver: 'fake', browser: { product: 'Fake', version: '1' } });
  const parts: SessionParts = {
    ...{
      id: 'main',
      sessionsDir,
      memoryDir: undefined,
      program: 'test',
      driver,
      isEphemeral: false,
      page: adapter,
      keepAfterLogout: 0,
    },
    ...{ store, policy: defaultPolicy, clock: woundClock(), log: () => undefined, warn: () => undefined },
  };
  const lease = await store.lease('main', { host: 'here', pid: 1, since: 0, program: 'test' });
  const held = { lease, isLost: () => false, stopRenewing: () => undefined };
  // The keeper asks a directory only for these.
  const directory = {
    workspace: () => workspace,
    lease: () => held,
    reportGone: () => undefined,
  } as unknown as Directory;
  const saved = Promise.withResolvers<unknown>();
  const keeper = createKeeper(parts, saved.resolve, { directory, browser: { life: () => undefined } });
  keeper.save('stopping', { me: 'someone', at: 1 });
  expect(await saved.promise).toEqual({ type: 'saved', generation: 1 });
  expect(await keeper.endRun()).toBe(true);
  // Another process may have used the session since: a run that saves nothing must not erase a profile in memory.
  expect(await keeper.endRun()).toBe(false);
  await workspace.release();
});
