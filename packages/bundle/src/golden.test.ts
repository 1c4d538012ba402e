import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { currentFormat } from './manifest.js';
import { manifest, unpacked } from './testing/bundles.js';

const golden = (name: string) => new URL(`golden/${name}.bundle`, import.meta.url);

it('has a golden bundle of every format up to the present one', () => {
  const formats = Array.from({ length: currentFormat }, (_, at) => at + 1);
  // `pnpm --filter @wakey/bundle golden` writes the missing golden bundle, which then never changes.
  expect(formats.filter((format) => !existsSync(golden(`format-${format}`)))).toEqual([]);
});

it('reads a bundle that Wakey wrote in the first format', async () => {
  const database = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb';
  const { manifest: found, files } = await unpacked(readFileSync(golden('format-1')));
  expect(found).toEqual({ ...manifest, format: currentFormat });
  expect(Object.keys(files).sort()).toEqual(
    [`${database}/000003.log`, `${database}/CURRENT`, 'Default/empty', 'Local State'].sort(),
  );
  expect(files[`${database}/CURRENT`]).toBe('MANIFEST-000001\n');
});

it('reads a bundle of the first format that tar, zstd and sha256sum made by hand', async () => {
  const { manifest: found, files } = await unpacked(readFileSync(golden('format-1-by-hand')));
  expect(found).toEqual({
    format: currentFormat,
    kind: 'snapshot',
    createdAt: 1_795_464_000_000,
    browser: { product: 'Lightpanda', version: '0.4.0' },
    driver: 'lightpanda',
    fence: 0,
  });
  expect(files).toEqual({
    'Default/Cookies': 'cookies',
    'Default/empty': '',
    'Local State': '{"os_crypt":{}}\n',
  });
});
