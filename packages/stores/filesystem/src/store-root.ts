import { join } from 'node:path';
import type { WakeyError } from '@wakey/core';
import type { Disk } from '@wakey/host';
import { openPrivateDirectory, openRoot } from './private-directories.js';
import type { Shelf } from './shelf.js';

/** The directory of a store, and the disk, the clock and the receiver of warnings that its methods use. */
export interface StoreRoot {
  readonly directory: string;
  readonly disk: Disk;
  readonly sleep: (ms: number) => Promise<void>;
  readonly warn: (warning: WakeyError) => void;
  /** How long the file system may take for one call, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

/** The shelf of a session: the directory of its generations, whether or not it exists. The caller has checked `id`. */
export function shelfOf({ directory, disk }: StoreRoot, id: string): Shelf {
  return { disk, id, path: join(directory, id, 'bundles') };
}

/**
 * Returns the shelf of a session: the directory of its generations. Creates each missing directory of its path, private
 * to this user.
 */
export async function openShelf(root: StoreRoot, id: string): Promise<Shelf> {
  const shelf = shelfOf(root, id);
  await openRoot(root.disk, root.directory);
  await openPrivateDirectory(root.disk, join(root.directory, id));
  await openPrivateDirectory(root.disk, shelf.path);
  return shelf;
}

/** The file whose lock a call holds while it changes labels, fences and file names. No call holds the lock for long. */
export function changesLock(shelf: Shelf): string {
  return join(shelf.path, 'lock');
}
