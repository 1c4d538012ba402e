import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillProfile } from '@wakey/chromium/testing/fill-profile';

/** A profile of Chromium with real databases and `megabytes` of long values beside them, half of which compresses well. */
export async function profileOf(megabytes: number): Promise<string> {
  const profile = await makeFolder();
  await fillProfile(profile);
  const blobs = join(profile, 'Default/IndexedDB/https_site_0.indexeddb.blob/1/01');
  await mkdir(blobs, { recursive: true });
  for (let number = 0; number < megabytes; number += 1) {
    const half = 512 * 1024;
    const line = `{"id":${number},"body":"a message as the page stores it"}\n`;
    const text = Buffer.from(line.repeat(half / line.length + 1)).subarray(0, half);
    await writeFile(join(blobs, `1${number.toString(16).padStart(2, '0')}`), Buffer.concat([text, randomBytes(half)]));
  }
  return profile;
}

/** An empty directory. */
export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'wakey-bench-'));
}

/** Removes a directory with all that is in it. */
export function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
