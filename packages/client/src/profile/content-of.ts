import { createHash } from 'node:crypto';
import { listProfile } from './list-profile.js';

/** Names what is kept of a profile by its content alone: the same for every copy of it, whenever and by whomever it was packed. */
export async function contentOf(profileDir: string): Promise<string> {
  const buffer = new Uint8Array(128 * 1024);
  const sums: string[] = [];
  for await (const { path, open } of listProfile(profileDir)) {
    const hash = createHash('sha256');
    for await (const chunk of open(buffer)) hash.update(chunk);
    sums.push(`${hash.digest('hex')}  ${path}\n`);
  }
  return createHash('sha256').update(sums.sort().join('')).digest('hex');
}
