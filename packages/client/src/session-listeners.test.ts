import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { fakeBrowser, woundClock } from '@wakey/testkit';
import { afterEach, expect, it } from 'vitest';
import { createSession } from './create-session.js';
import { setUp } from './testing/session-rig.js';

const formers = process.listeners('unhandledRejection');
afterEach(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of formers) process.on('unhandledRejection', listener);
});

const broken = () => {
  throw new Error('broken listener');
};

/** The unhandled rejections of a session without a log. */
async function withoutLog(hear: (session: ReturnType<typeof createSession>) => void): Promise<readonly string[]> {
  const rejections: string[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => rejections.push(String(reason)));
  const sessionsDir = await mkdtemp(join(tmpdir(), 'wakey-session-'));
  const browser = fakeBrowser(chromiumProfile);
  const session = createSession({
    ...{ id: 'main', sessionsDir, driver: browser.driver, page: browser.adapter, clock: woundClock() },
  });
  hear(session);
  await session.start();
  await session.stop();
  await new Promise((resolve) => setImmediate(resolve));
  await rm(sessionsDir, { recursive: true });
  expect(session.state.name).toBe('stopped');
  return rejections;
}

it('emits a warning when a listener throws', async () => {
  const { session } = await setUp();
  const warnings: string[] = [];
  session.on('warning', ({ what }) => warnings.push(what));
  session.on('page', broken);
  await session.start();
  expect(warnings).toEqual(['A listener of "page" threw: broken listener']);
});

it('lets Node report the error of a listener if there is neither a log nor a listener of warnings', async () => {
  expect(await withoutLog((session) => session.on('page', broken))).toEqual(['Error: broken listener']);
});

it('causes no unhandled rejection if a listener of warnings gets the error', async () => {
  const warnings: string[] = [];
  const rejections = await withoutLog((session) => {
    session.on('page', broken);
    session.on('warning', ({ what }) => warnings.push(what));
  });
  expect([rejections, warnings.length]).toEqual([[], 1]);
});

it('does not loop when a listener of warnings throws', async () => {
  const rejections = await withoutLog((session) => {
    session.on('page', broken);
    session.on('warning', broken);
  });
  expect(rejections).toEqual(['Error: broken listener']);
});
