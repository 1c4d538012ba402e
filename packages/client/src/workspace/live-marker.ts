import { join } from 'node:path';
import { type Disk, readText, writeAtomically } from '@wakey/host';
import type { SessionRecord } from './record.js';

/*
 * A live profile in memory belongs to one machine, but several machines may see the session's directory. A marker file
 * beside the profile holds the fence under which the profile was last used, or 0 if there was never a lease. The profile is
 * valid as long as the record names that fence.
 */

/** Whether the profile at `liveDir` is the profile that the record names. */
export async function markerMatches(disk: Disk, liveDir: string, record: SessionRecord | undefined): Promise<boolean> {
  const text = await readText(disk, markerPath(liveDir));
  if (text === undefined || record === undefined) return false;
  // Without a lease there is no fence, so the record must name the directory too.
  if (record.fence === undefined && record.liveDir !== liveDir) return false;
  return text
    .trim()
    .split(' ')
    .includes(String(record.fence ?? 0));
}

/** Writes the marker: with the old and the new fence before the record changes, with only the new fence afterwards. */
export function writeMarker(disk: Disk, liveDir: string, fences: readonly number[]): Promise<void> {
  return writeAtomically(disk, markerPath(liveDir), `${fences.join(' ')}\n`);
}

function markerPath(liveDir: string): string {
  return join(liveDir, 'fence');
}
