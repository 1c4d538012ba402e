// Writes src/golden/format-<n>.bundle, once for each format: `pnpm --filter @wakey/bundle golden`. A written file never
// changes, because it represents the bundles that users have. Run by tsx with the condition wakey:source.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { currentFormat } from '../src/manifest.js';
import { packBundle } from '../src/pack.js';

// Written out on purpose: the golden bundle must not follow changes to the manifest of the tests.
const manifest = {
  format: currentFormat,
  kind: 'profile',
  createdAt: Date.parse('2026-11-23T20:00:00.000Z'),
  browser: { product: 'Chrome', version: '150.0.7871.46' },
  driver: 'puppeteer',
  me: '4915112345678@c.us',
  linkedAt: Date.parse('2026-11-23T19:00:00.000Z'),
  fence: 7,
};
const database = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb';
const files = [
  file('Local State', '{"os_crypt":{}}\n'),
  file(`${database}/CURRENT`, 'MANIFEST-000001\n'),
  file(`${database}/000003.log`, createHash('sha512').update('golden').digest()),
  file('Default/empty', ''),
];
const path = new URL(`../src/golden/format-${currentFormat}.bundle`, import.meta.url);
await pipeline(Readable.from(packBundle(manifest, files)), createWriteStream(path, { flags: 'wx' }));

/** @param {string} path @param {string | Uint8Array} content */
function file(path, content) {
  const bytes = Buffer.from(content);
  return { path, size: bytes.length, open: () => Readable.from([bytes]) };
}
