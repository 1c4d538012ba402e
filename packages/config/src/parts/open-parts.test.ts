import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveOptions } from '../options/resolve.js';
import { browserOptions, pageOptions, placeOptions, sessionOptions, storeOptions } from '../options/table.js';
import { openParts } from './open-parts.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-parts-'));
  // A driver whose name shows the options that it got.
  writeFileSync(
    join(cwd, 'shown.mjs'),
    'export default (options) => ({ name: JSON.stringify(options), launch() {} });',
  );
});
afterEach(() => rmSync(cwd, { recursive: true }));

const table = { ...placeOptions, ...storeOptions, ...sessionOptions, ...browserOptions, ...pageOptions };

function open(given: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}) {
  const values = resolveOptions(table, { driver: './shown.mjs', ...given }, env);
  const own = (name: string) => import(name);
  return openParts({ values, env, cwd, own, platform: 'linux', warn: () => undefined });
}

it('makes driver, store and directory from their options', async () => {
  const parts = await open(
    { browser: 'chrome', browserArg: ['--x'], headed: true, sandbox: 'off' },
    { PATH: '/bin', KEY: 'k' },
  );
  expect(parts).toMatchObject({
    ...{ sessionsDir: join(cwd, '.wakey-sessions'), liveProfile: 'auto', keepAfterLogout: 604_800_000 },
    store: { name: 'filesystem' },
  });
  expect(JSON.parse(parts.driver.name)).toEqual({
    ...{ executable: join(cwd, 'chrome'), headless: false, args: ['--x'], sandbox: 'off' },
    ...{ ignoreCertificateErrors: false, env: { PATH: '/bin' } },
  });
});

it('takes what a flag does not say from the environment, and the rest from the defaults', async () => {
  const env = { WAKEY_STORE: 'none', WAKEY_SESSIONS_DIR: 'elsewhere', WAKEY_KEEP_AFTER_LOGOUT: '0' };
  const parts = await open({ sessionsDir: 'here' }, env);
  expect(parts).toMatchObject({ sessionsDir: join(cwd, 'here'), keepAfterLogout: 0, liveProfile: 'auto' });
  expect(parts).not.toHaveProperty('store');
  expect(JSON.parse(parts.driver.name)).toMatchObject({ headless: true, sandbox: 'auto' });
});

it('takes the directory of the live profile only if it exists', async () => {
  expect((await open({ liveProfile: '.' })).liveProfile).toBe(cwd);
  await expect(open({ liveProfile: 'shown.mjs' })).rejects.toThrow('is not an existing directory');
  await expect(open({ liveProfile: 'nowhere' })).rejects.toThrow('Use auto, disk, or a directory in memory.');
});
