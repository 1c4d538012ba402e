import { defaultPolicy } from '@wakey/core';
import { fakeBrowser, woundClock } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { nothingHeld } from '../held.js';
import type { ReleaseOptions, Workspace } from '../workspace/workspace.js';
import type { EffectContext } from './context.js';
import { release } from './release.js';

it('erases no profile in memory because that of the run before was kept', async () => {
  const { driver, adapter } = fakeBrowser();
  const context: EffectContext = {
    keepAfterLogout: 0,
    ...{ id: 'main', sessionsDir: '/nowhere', memoryDir: undefined, program: 'test', driver, page: adapter },
    ...{ store: undefined, policy: defaultPolicy, clock: woundClock(), log: () => undefined, held: nothingHeld() },
    ...{ send: () => undefined, lastReady: () => undefined, onPage: () => undefined },
    ...{ isFresh: () => false, warn: () => undefined },
  };
  const { held } = context;
  const released: ReleaseOptions[] = [];
  // No more of it is asked for here.
  const workspace = {
    isInMemory: true,
    isProfileEmpty: async () => false,
    record: () => ({ linkedAt: 1 }),
    release: async (how: ReleaseOptions) => void released.push(how),
  } as unknown as Workspace;
  held.workspace = workspace;
  held.isKept = true;
  release(context);
  await held.releasing;
  // Another process has used the session since; this run comes no further than opening it.
  held.workspace = workspace;
  release(context);
  await held.releasing;
  expect(released.map(({ isKept }) => isKept)).toEqual([true, false]);
});
