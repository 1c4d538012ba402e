import { WakeyError } from '@wakey/core';
import { readWatermark, type Shelf, type Watermark } from './shelf.js';

/**
 * Returns the watermark of a session, the greatest fence and generation so far, if `fence` is not older. Throws
 * `stale-fence` otherwise. The caller holds the lock for changes.
 */
export async function passFence(shelf: Shelf, fence: number): Promise<Watermark> {
  const watermark = await readWatermark(shelf);
  if (fence >= watermark.fence) return watermark;
  throw new WakeyError('stale-fence', {
    what: `A newer holder has the lease of session "${shelf.id}": fence ${fence} is older than ${watermark.fence}.`,
    hint: 'Nothing was changed. Stop the session in this process, or start it again with a new lease.',
    details: { session: shelf.id, fence, seen: watermark.fence },
  });
}
