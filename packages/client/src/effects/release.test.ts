import { chromiumProfile } from '@wakey/chromium';
import { defaultPolicy } from '@wakey/core';
import { fakeBrowser, woundClock } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { nothingHeld } from '../held.js';
import type { ReleaseOptions, Workspace } from '../workspace/workspace.js';
import type { EffectContext } from './context.js';
import { release } from './release.js';

it('does not erase the profile in memory when only the earlier run saved its profile', async () => {
  const { driver, adapter } = fakeBrowser(chromiumProfile);
  const context: EffectContext = {
    keepAfterLogout: 0,
    ...{ id: 'main', sessionsDir: '/nowhere', memoryDir: undefined, program: 'test', driver, page: adapter },
    ...{ store: undefined, policy: defaultPolicy, clock: woundClock(), log: () => undefined, held: nothingHeld() },
    ...{ send: () => undefined, lastReady: () => undefined, onPage: () => undefined },
    ...{ isFresh: () => false, warn: () => undefined },
  };
  const { held } = context;
  const released: ReleaseOptions[] = [];
  // The test needs no other members.
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
  // Another process used the session since the first run. This run only opens it.
  held.workspace = workspace;
  release(context);
  await held.releasing;
  expect(released.map(({ isKept }) => isKept)).toEqual([true, false]);
});
