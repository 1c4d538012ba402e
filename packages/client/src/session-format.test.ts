import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import type { ProfileFormat } from '@wakey/core';
import { fakeBrowser, temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { createSession } from './create-session.js';
import { codeOf, qr, reach, ready, setUp } from './testing/session-rig.js';
import { exportSession } from './transfer/export-session.js';
import { importSession } from './transfer/import-session.js';
import { memoryStore } from './transfer/testing/memory-store.js';

const another: ProfileFormat = { ...chromiumProfile, name: 'another' };
const holder = { host: 'here', pid: process.pid, since: 0, program: 'a test' };

/** A session that ran with a browser for profiles of Chromium's format, was linked and is stopped; and its backups. */
async function linkedWithChromium() {
  const kept = memoryStore();
  const { store } = kept;
  const { browser, session, sessionsDir } = await setUp({}, { store });
  await session.start();
  await cp(await makeProfile(), join(sessionsDir, 'main', 'profile'), { recursive: true });
  browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, ready);
  await session.stop();
  return { kept, store, sessionsDir };
}

describe('a session whose profile has another format than the driver’s browser uses', () => {
  it('does not start, names the driver that it was linked with, stays unchanged, and resumes with that driver', async () => {
    const { kept, store, sessionsDir } = await linkedWithChromium();
    const before = [...kept.kept];
    const other = await setUp({}, { sessionsDir, store, profileFormat: another });
    await expect(other.session.start()).rejects.toMatchObject({
      code: 'session-unreadable',
      what: expect.stringContaining('"chromium"'),
      hint: expect.stringContaining('the driver that it was linked with (fake)'),
    });
    expect(other.browser.launches()).toEqual([]);
    expect(kept.kept).toEqual(before);

    const own = await setUp({}, { sessionsDir, store });
    await own.session.start();
    expect(own.session.state.name).toBe('resuming');
  });

  it('is not restored from its backups on a machine that has no profile of it', async () => {
    const { kept, store } = await linkedWithChromium();
    const before = [...kept.kept];
    const other = await setUp({}, { store, profileFormat: another });
    expect(await codeOf(other.session.start())).toBe('session-unreadable');
    expect(other.browser.launches()).toEqual([]);
    expect(kept.kept).toEqual(before);
  });

  it('can be linked again with relink()', async () => {
    const { store, sessionsDir } = await linkedWithChromium();
    const other = await setUp({}, { sessionsDir, store, profileFormat: another });
    const linking = other.session.relink();
    await reach(other.session, 'loading');
    other.browser.show({ type: 'unpaired' }, qr('two'));
    await linking;
    expect(other.session.state.name).toBe('awaiting-qr');
  });

  it('is neither exported nor imported', async () => {
    const { sessionsDir } = await linkedWithChromium();
    expect(await codeOf(exportSession({ sessionsDir, id: 'main', format: another, holder }))).toBe(
      'session-unreadable',
    );
    const exported = await exportSession({ sessionsDir, id: 'main', format: chromiumProfile, holder });
    const into = { sessionsDir: temporaryDirectory(), id: 'main', holder, bytes: exported.bytes };
    expect(await codeOf(importSession({ ...into, format: another }))).toBe('bundle-unsupported');
    await exported.close();
  });
});

it('refuses a driver that keeps profiles without naming a format, and one that names a format without keeping profiles', () => {
  const { driver, adapter: page } = fakeBrowser(chromiumProfile);
  const { profileFormat, ...without } = driver;
  const given = { id: 'main', sessionsDir: temporaryDirectory(), page };
  expect(() => createSession({ ...given, driver: without })).toThrow('no profileFormat');
  const persistentProfile = { supported: false, reason: 'none' } as const;
  const capabilities = { ...driver.capabilities, persistentProfile };
  expect(() => createSession({ ...given, driver: { ...driver, capabilities } })).toThrow('does not declare');
});
