import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BundleManifest, packBundle, unpackBundle } from '@wakey/bundle';
import { chromiumProfile } from '@wakey/chromium';

const manifest: BundleManifest = {
  format: 1,
  kind: 'profile',
  createdAt: 0,
  browser: { product: 'Chrome', version: '150.0.0.0' },
  driver: 'puppeteer',
  fence: 1,
};

const pack = (profile: string, bundle: string) =>
  pipeline(Readable.from(packBundle(manifest, chromiumProfile.list(profile))), createWriteStream(bundle));
const unpack = (bundle: string, into: string) => unpackBundle(createReadStream(bundle), into);
const work = { pack, unpack };

/**
 * Packs or unpacks once. Before that it packs and unpacks something small, so that all code is loaded. Prints the peak memory
 * of this process before and after, in bytes, and the time that the work took.
 */
async function main([what, from, to]: readonly string[]): Promise<void> {
  if ((what !== 'pack' && what !== 'unpack') || from === undefined || to === undefined) throw new Error('usage');
  const warm = await mkdtemp(join(dirname(to), 'warm-'));
  await mkdir(join(warm, 'profile'));
  await pack(join(warm, 'profile'), join(warm, 'bundle'));
  await unpack(join(warm, 'bundle'), join(warm, 'into'));
  const before = peak();
  const began = performance.now();
  await work[what](from, to);
  const took = performance.now() - began;
  process.stdout.write(JSON.stringify({ before, after: peak(), took }));
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/** The peak of the resident set, as the operating system counts it: it also includes peaks between two readings. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

await main(process.argv.slice(2));
