import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BundleManifest, packBundle, unpackBundle } from '@wakey/bundle';
import { listProfile } from '../../../packages/client/src/profile/list-profile.ts';

const manifest: BundleManifest = {
  format: 1,
  kind: 'profile',
  createdAt: 0,
  browser: { product: 'Chrome', version: '150.0.0.0' },
  driver: 'puppeteer',
  fence: 1,
};

const pack = (profile: string, bundle: string) =>
  pipeline(Readable.from(packBundle(manifest, listProfile(profile))), createWriteStream(bundle));
const unpack = (bundle: string, into: string) => unpackBundle(createReadStream(bundle), into);
const work = { pack, unpack };

/**
 * Packs or unpacks once, after something small has been packed and unpacked, so that all code is loaded; prints the most
 * memory that this process ever had, before and after, in bytes, and how long it took.
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

/** The highest resident set that the operating system has seen: nothing between two samples is missed. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

await main(process.argv.slice(2));
