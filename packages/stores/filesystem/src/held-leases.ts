import { WakeyError } from '@wakey/core';
import type { FileLock } from '@wakey/host';
import type { Shelf } from './shelf.js';

/** The leases that callers took from one store and did not give back yet. */
export interface HeldLeases {
  add(shelf: Shelf, fence: number, lock: FileLock): void;
  drop(shelf: Shelf, fence: number): void;
  /**
   * Throws `store-unwritable` if this store gave the lease with that fence and the lock file of the lease is not at its
   * path any more: the directory was moved, removed or unmounted. A write would create a new directory at the old path
   * and report success.
   */
  assertInPlace(id: string, fence: number): Promise<void>;
}

/**
 * An empty set of leases. It does not know a fence of another store object or of another process: only the watermark
 * judges that fence.
 */
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
    what: `The directory in which store "filesystem" keeps the backups of session "${id}" was moved, removed or unmounted (${path}).`,
    hint: 'The backups in that directory are unchanged. Move or mount it back, or configure its new path; then start the session again.',
    details: { path },
  });
}
