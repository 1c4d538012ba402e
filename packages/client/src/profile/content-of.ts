import { createHash } from 'node:crypto';
import type { ProfileFormat } from '@wakey/core';

/**
 * The hash of the files of a profile that a backup contains. Two profiles with the same files have the same hash, also
 * if different processes packed them at different times.
 */
export async function contentOf(format: ProfileFormat, profileDir: string): Promise<string> {
  const buffer = new Uint8Array(128 * 1024);
  const sums: string[] = [];
  for await (const { path, open } of format.list(profileDir)) {
    const hash = createHash('sha256');
    for await (const chunk of open(buffer)) hash.update(chunk);
    sums.push(`${hash.digest('hex')}  ${path}\n`);
  }
  return createHash('sha256').update(sums.sort().join('')).digest('hex');
}
