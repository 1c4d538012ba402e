import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { type BrowserDriver, type ErrorCode, type ProfileFormat, WakeyError } from '@wakey/core';
import { fakeBrowser } from '@wakey/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createSession } from './create-session.js';

/** A session whose driver ends a left browser as `reap` does; `did` lists what was done to the profile, in order. */
async function sessionOver(reap: () => Promise<void>) {
  const sessionsDir = await mkdtemp(join(tmpdir(), 'wakey-left-'));
  onTestFinished(() => rm(sessionsDir, { recursive: true, force: true }));
  const did: string[] = [];
  const profileFormat: ProfileFormat = {
    ...chromiumProfile,
    inspect(profile) {
      did.push('inspect');
      return chromiumProfile.inspect(profile);
    },
    repair(profile) {
      did.push('repair');
      return chromiumProfile.repair(profile);
    },
  };
  const browser = fakeBrowser(profileFormat);
  const driver: BrowserDriver = {
    ...browser.driver,
    async reap(profile) {
      did.push(`reap ${profile.slice(sessionsDir.length + 1)}`);
      await reap();
    },
  };
  const session = createSession({ id: 'main', driver, page: browser.adapter, sessionsDir });
  onTestFinished(() => session.stop());
  return { session, browser, did };
}

it('ends the browser that a crashed process left on the profile before anything reads or repairs the profile', async () => {
  const { session, browser, did } = await sessionOver(async () => undefined);
  await session.start();
  expect(did[0]).toBe('reap main/profile');
  expect(did).toContain('repair');
  expect(browser.launches()).toHaveLength(1);
});

it.each<ErrorCode>(['browser-failed', 'browser-unkillable'])(
  'does not touch the profile if ending that browser fails with %s, and says that the session is in use',
  async (code) => {
    const { session, browser, did } = await sessionOver(async () => {
      throw new WakeyError(code, { what: 'Process 7 runs on it.', hint: 'Close that browser.' });
    });
    await expect(session.start()).rejects.toMatchObject({
      code: 'session-in-use',
      what: expect.stringContaining('Process 7 runs on it.'),
      hint: expect.stringContaining('Close that browser.'),
    });
    expect(did).toEqual(['reap main/profile']);
    expect(browser.launches()).toEqual([]);
  },
);
