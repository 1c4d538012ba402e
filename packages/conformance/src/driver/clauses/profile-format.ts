import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isKept, type ProfileFormat } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { formatted, onFormat, profileClock } from '../formats.js';
import { expectKey, storeKey } from '../kept-key.js';
import { nothingLeft } from '../processes.js';
import { onDriver } from '../sabotage/sabotage.js';

/** What a driver promises about the format of the profiles that its browser keeps. */
export const profileFormatClauses: readonly DriverClause[] = [
  {
    name: 'is named by a driver whose browser keeps a profile, and by no other driver',
    sabotage: onDriver(({ profileFormat, ...others }) =>
      profileFormat === undefined ? { ...others, profileFormat: noFormat } : others,
    ),
    async check({ driver }) {
      const { capabilities, profileFormat } = driver();
      assert.equal(profileFormat !== undefined, capabilities.persistentProfile.supported);
      if (profileFormat === undefined) return;
      assert.match(profileFormat.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const { places, why } of profileFormat.parts) {
        assert.ok(places.length > 0 && why !== '', `a part of the profile has no place or no reason: ${places}`);
      }
    },
  },
  {
    name: 'finds a new profile empty, and intact once a page has stored a key in it',
    needs: 'persistentProfile',
    sabotage: onFormat(() => ({ inspect: async () => ({ is: 'intact' }) })),
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
      assert.deepEqual(await profileFormat.inspect(profile), { is: 'empty' });
      const { page, close } = await launch({ profile });
      await page.goto(`${site.origin}/page`);
      await page.evaluate(storeKey);
      await close();
      assert.deepEqual(await profileFormat.inspect(profile), { is: 'intact' });
      await nothingLeft(folder, ['profile']);
    },
  },
  {
    name: 'lists the files of which a whole profile can be made again, elsewhere',
    needs: 'persistentProfile',
    sabotage: onFormat((format) => ({
      async *list(...call) {
        for await (const file of format.list(...call)) if (!/idb|IndexedDB/i.test(file.path)) yield file;
      },
    })),
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
      const first = await launch({ profile });
      await first.page.goto(`${site.origin}/page`);
      await first.page.evaluate(storeKey);
      await first.close();
      const elsewhere = join(folder, 'elsewhere');
      const paths: string[] = [];
      for await (const { path, size, open } of profileFormat.list(profile)) {
        assert.ok(isKept(profileFormat.parts, path), `it lists ${path}, which its parts leave out`);
        const chunks: Uint8Array[] = [];
        for await (const chunk of open()) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        assert.equal(bytes.length, size, `the size of ${path}`);
        await mkdir(dirname(join(elsewhere, path)), { recursive: true, mode: 0o700 });
        await writeFile(join(elsewhere, path), bytes, { mode: 0o600 });
        paths.push(path);
      }
      assert.deepEqual(paths, [...paths].sort(), 'the order of the paths');
      await profileFormat.reduce(elsewhere);
      assert.deepEqual(await profileFormat.inspect(elsewhere), { is: 'intact' });
      const second = await launch({ profile: elsewhere });
      await expectKey(second.page, site.origin);
      await second.close();
      await nothingLeft(folder, ['profile', 'elsewhere']);
    },
  },
  {
    name: 'copies the profile of a running browser, with all that the page had stored before',
    needs: 'persistentProfile',
    sabotage: onFormat(() => ({ copyLive: async () => undefined })),
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      const copy = join(folder, 'copy');
      await mkdir(profile);
      await mkdir(copy, { mode: 0o700 });
      const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
      const first = await launch({ profile });
      await first.page.goto(`${site.origin}/page`);
      await first.page.evaluate(storeKey);
      await profileFormat.copyLive(profile, copy, { clock: profileClock });
      assert.equal(await first.page.evaluate('1 + 1'), 2, 'the browser runs on');
      await first.close();
      assert.deepEqual(await profileFormat.inspect(copy), { is: 'intact' });
      const second = await launch({ profile: copy });
      await expectKey(second.page, site.origin);
      await second.close();
      await nothingLeft(folder, ['profile', 'copy']);
    },
  },
  {
    name: 'repairs nothing in a profile whose browser was closed',
    needs: 'persistentProfile',
    sabotage: onFormat(() => ({ repair: async () => ['a file'] })),
    async check({ driver, folder, site }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
      assert.deepEqual(await profileFormat.repair(profile), []);
      const { page, close } = await launch({ profile });
      await page.goto(`${site.origin}/page`);
      await page.evaluate(storeKey);
      await close();
      assert.deepEqual(await profileFormat.repair(profile), []);
      assert.deepEqual(await profileFormat.inspect(profile), { is: 'intact' });
    },
  },
  {
    name: 'names an argument of the running browser, and a lock that can be removed after its end',
    needs: 'persistentProfile',
    sabotage: onFormat(({ lock }) => ({ lock: { ...lock, argument: () => '--no-such-argument' } })),
    async check({ driver, folder }) {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
      const { lock } = profileFormat;
      assert.equal(await lock.read(profile), undefined);
      const { pid, close } = await launch({ profile });
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
      assert.ok(words.includes(lock.argument(profile)), `the command line is ${words.join(' ')}`);
      const found = await lock.read(profile);
      // Some browsers take no lock that another process can read.
      if (found !== undefined) assert.equal(found.pid, pid);
      await close();
      await lock.remove(profile);
      assert.equal(await lock.read(profile), undefined);
      await nothingLeft(folder, ['profile']);
    },
  },
];

/** For the saboteur of a driver without profiles. */
const noFormat: ProfileFormat = {
  name: 'none',
  parts: [],
  inspect: async () => ({ is: 'empty' }),
  async *list() {
    yield* [];
  },
  copyLive: async () => undefined,
  repair: async () => [],
  reduce: async () => undefined,
  lock: { read: async () => undefined, remove: async () => undefined, argument: () => '' },
};
