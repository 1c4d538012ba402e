import { join } from 'node:path';
import { type Disk, readText, writeAtomically } from './write-atomically.js';

/*
 * A live profile in memory belongs to one machine; the session's directory may be seen by several. Beside the profile lies a
 * marker with the fence under which it was last used. It counts as long as the record names that fence.
 */

/** Whether the profile at `liveDir` is the one that the record speaks of. */
export async function markerMatches(disk: Disk, liveDir: string, fence: number | undefined): Promise<boolean> {
  const text = await readText(disk, markerPath(liveDir));
  if (text === undefined || fence === undefined) return false;
  return text.trim().split(' ').includes(String(fence));
}

/** Writes the marker: two fences while the record is on its way from one to the other, one after it. */
export function writeMarker(disk: Disk, liveDir: string, fences: readonly number[]): Promise<void> {
  return writeAtomically(disk, markerPath(liveDir), `${fences.join(' ')}\n`);
}

function markerPath(liveDir: string): string {
  return join(liveDir, 'fence');
}
