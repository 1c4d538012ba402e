import { WakeyError } from '@wakey/core';
import type { FileLock } from '@wakey/host';
import type { Shelf } from './shelf.js';

/** The leases that one store has given and that were not given back. */
export interface HeldLeases {
  add(shelf: Shelf, fence: number, lock: FileLock): void;
  drop(shelf: Shelf, fence: number): void;
  /**
   * Throws `store-unwritable` where the lease of that fence is ours and its file is not where it was taken: the directory was
   * moved, removed or unmounted, and a write would make a new one at the old path and call it kept.
   */
  assertInPlace(id: string, fence: number): Promise<void>;
}

/** None yet. A fence that was given by another store, or in another process, is judged by the watermark alone. */
export function heldLeases(): HeldLeases {
  const held = new Map<string, { readonly lock: FileLock; readonly shelf: Shelf }>();
  const keyOf = (id: string, fence: number) => `${id} ${fence}`;
  return {
    add: (shelf, fence, lock) => void held.set(keyOf(shelf.id, fence), { lock, shelf }),
    drop: ({ id }, fence) => void held.delete(keyOf(id, fence)),
    async assertInPlace(id, fence) {
      const one = held.get(keyOf(id, fence));
      if (one !== undefined && (await one.lock.look()).is !== 'current') throw gone(one.shelf);
    },
  };
}

function gone({ id, path }: Shelf): WakeyError {
  return new WakeyError('store-unwritable', {
    what: `The directory that store "filesystem" keeps session "${id}" in was moved, removed or unmounted (${path}).`,
    hint: 'What was kept is untouched where the directory is now. Bring it back, or name its new place, then start again.',
    details: { path },
  });
}
