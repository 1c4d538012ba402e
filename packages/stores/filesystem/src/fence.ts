import { WakeyError } from '@wakey/core';
import { readWatermark, type Shelf, type Watermark } from './shelf.js';

/** The watermark, if `fence` is not older than it. Throws `stale-fence`. To be asked under the lock for changes. */
export async function passFence(shelf: Shelf, fence: number): Promise<Watermark> {
  const watermark = await readWatermark(shelf);
  if (fence >= watermark.fence) return watermark;
  throw new WakeyError('stale-fence', {
    what: `Session "${shelf.id}" has a newer owner: fence ${fence} is older than ${watermark.fence}.`,
    hint: 'Nothing was changed. Stop this owner, or take the lease anew.',
    details: { session: shelf.id, fence, seen: watermark.fence },
  });
}
