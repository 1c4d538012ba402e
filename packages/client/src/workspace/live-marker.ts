import { join } from 'node:path';
import { type Disk, readText, writeAtomically } from '@wakey/host';
import type { SessionRecord } from './record.js';

/*
 * A live profile in memory belongs to one machine; the session's directory may be seen by several. Beside the profile lies a
 * marker with the fence under which it was last used, 0 where there was never a lease. It counts as long as the record names
 * that fence.
 */

/** Whether the profile at `liveDir` is the one that the record speaks of. */
export async function markerMatches(disk: Disk, liveDir: string, record: SessionRecord | undefined): Promise<boolean> {
  const text = await readText(disk, markerPath(liveDir));
  if (text === undefined || record === undefined) return false;
  // Without a lease there is no number that only one use can have: the place has to be on record as well.
  if (record.fence === undefined && record.liveDir !== liveDir) return false;
  return text
    .trim()
    .split(' ')
    .includes(String(record.fence ?? 0));
}

/** Writes the marker: two fences while the record is on its way from one to the other, one after it. */
export function writeMarker(disk: Disk, liveDir: string, fences: readonly number[]): Promise<void> {
  return writeAtomically(disk, markerPath(liveDir), `${fences.join(' ')}\n`);
}

function markerPath(liveDir: string): string {
  return join(liveDir, 'fence');
}
