import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverClause } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { expectKey, storeKey } from '../kept-key.js';
import { nothingLeft } from '../processes.js';
import { onLaunch, onOptions } from '../sabotage/sabotage.js';
import { withoutProfile } from '../sabotage/saboteurs.js';
import { script } from '../scripts.js';

/** What a launch promises about the profile that the caller passes. */
export const profileClauses: readonly DriverClause[] = [
  {
    name: 'keeps the data of a profile from one launch to the next, and no data without a profile',
    needs: 'persistentProfile',
    sabotage: withoutProfile,
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch } = driver({ env: { TMPDIR: folder } });
      const first = await launch({ profile });
      await first.page.goto(`${site.origin}/page`);
      await first.page.evaluate(`(localStorage.kept = 'yes', ${storeKey})`);
      await first.close();
      const second = await launch({ profile });
      await expectKey(second.page, site.origin);
      assert.equal(await second.page.evaluate('localStorage.kept'), 'yes');
      await second.close();
      const third = await launch({});
      await third.page.goto(`${site.origin}/page`);
      assert.equal(await third.page.evaluate('localStorage.kept'), undefined);
      await third.close();
      await nothingLeft(folder, ['profile']);
    },
  },
  {
    name: 'writes the localStorage of a page to the files of the profile within seconds, so that a copy has it',
    needs: 'persistentProfile',
    sabotage: withoutProfile,
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { page, close } = await driver({ env: { TMPDIR: folder } }).launch({ profile });
      await page.goto(`${site.origin}/page`);
      // A browser flushes the first write after a start early in any case.
      for (const mark of ['mark-of-the-first-write', 'mark-of-the-second-write']) {
        await page.evaluate(`(localStorage.kept = ${JSON.stringify(mark)}, null)`);
        await until(() => isInFiles(profile, mark), 20_000);
      }
      await close();
    },
  },
  {
    name: 'rejects with browser-failed if the profile is not a writable directory, and the error names its path',
    needs: 'persistentProfile',
    sabotage: withoutProfile,
    async check({ driver, folder }) {
      const profile = join(folder, 'profile');
      await writeFile(profile, 'a file');
      const { launch } = driver({ env: { TMPDIR: folder } });
      const error = await rejects(launch({ profile }), 'browser-failed');
      assert.ok(error.message.includes(profile), error.message);
      await rejects(launch({ profile: '/proc/self/task' }), 'browser-failed');
      await nothingLeft(folder, ['profile']);
    },
  },
  {
    name: 'refuses a profile that a running browser has open, and leaves that browser running',
    needs: 'persistentProfile',
    sabotage: withoutProfile,
    async check({ driver, folder }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch } = driver({ env: { TMPDIR: folder } });
      const first = await launch({ profile });
      const error = await rejects(launch({ profile }), 'browser-failed');
      assert.ok(error.message.includes(String(first.pid)), error.message);
      assert.equal(await first.page.evaluate('1 + 1'), 2);
      await first.close();
      await nothingLeft(folder, ['profile']);
    },
  },
  {
    name: 'refuses a profile of a later major version before it changes a file of it, unless its format has `anyVersion`',
    needs: 'persistentProfile',
    sabotage: onLaunch(
      (launch) =>
        ({ writtenBy, ...others }) =>
          launch(others),
    ),
    async check({ driver, folder }) {
      const profile = join(folder, 'profile');
      await mkdir(join(profile, 'Default'), { recursive: true });
      await writeFile(join(profile, 'Default', 'Preferences'), '{}');
      const before = await contentsOf(profile);
      const { launch, profileFormat } = driver({ env: { TMPDIR: folder } });
      const writtenBy = { product: 'Chrome', version: '9999.0.1.2' };
      if (profileFormat?.anyVersion === true) return (await launch({ profile, writtenBy })).close();
      const error = await rejects(launch({ profile, writtenBy }), 'browser-older');
      const [own = ''] = /\d+(\.\d+)+(?=;)/.exec(error.message) ?? [];
      const browser = await launch({});
      await browser.close();
      assert.equal(own, browser.version.version, `the error does not name the browser's own version: ${error.message}`);
      assert.ok(error.message.includes('9999.0.1.2'), error.message);
      assert.deepEqual(await contentsOf(profile), before, 'the profile was changed');
      await nothingLeft(folder, ['profile']);
    },
  },
  {
    name: 'accepts a profile that a browser of an earlier or of the same major version wrote, whatever its product name',
    needs: 'persistentProfile',
    sabotage: onLaunch((launch) => async (wanted) => {
      const { writtenBy } = wanted;
      if (writtenBy === undefined || /\.0\.0\.0$/.test(writtenBy.version)) return launch(wanted);
      return launch({ ...wanted, writtenBy: { ...writtenBy, version: '9999' } });
    }),
    async check({ driver, folder }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch } = driver({ env: { TMPDIR: folder } });
      const first = await launch({ profile, writtenBy: { product: 'Chromium', version: '0.0.0.0' } });
      await first.close();
      const [major = ''] = first.version.version.split('.');
      const second = await launch({ profile, writtenBy: { product: 'Other', version: `${major}.99999.9.9` } });
      await second.close();
    },
  },
  {
    name: 'starts a browser that does not report its version, whatever version wrote the profile',
    needs: 'persistentProfile',
    sabotage: onOptions(({ executable, ...others }) => others),
    async check({ driver, executable: browser, folder }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const silent = `[ "$*" = --version ] || [ "$*" = version ] && exec sleep 1000; exec '${browser}' "$@"`;
      const executable = await script(folder, silent);
      const { launch } = driver({ executable, env: { TMPDIR: folder, PATH: '/usr/bin:/bin' } });
      const handle = await launch({ profile, writtenBy: { product: 'Chrome', version: '9999.0.1.2' } });
      assert.equal(await handle.page.evaluate('1 + 1'), 2);
      await handle.close();
      await nothingLeft(folder, ['browser', 'profile']);
    },
  },
];

/** The directory and everything below it: names, modes, times of the last changes, and contents. */
async function contentsOf(directory: string): Promise<readonly string[]> {
  const names = ['', ...(await readdir(directory, { recursive: true })).sort()];
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const { mtimeMs, ctimeMs, mode } = await stat(path);
      const text = (await stat(path)).isFile() ? await readFile(path, 'base64') : '';
      return [name, mode, mtimeMs, ctimeMs, text].join(' ');
    }),
  );
}

/** Whether a file below a directory holds the text. Files may appear and disappear during the search. */
async function isInFiles(directory: string, text: string): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (bytes.includes(text)) return true;
  }
  return false;
}
