import { join } from 'node:path';
import type { WakeyError } from '@wakey/core';
import type { Disk } from '@wakey/host';
import { openPrivateDirectory, openRoot } from './private-directories.js';
import type { Shelf } from './shelf.js';

/** What every method of a store works with. */
export interface Place {
  readonly directory: string;
  readonly disk: Disk;
  readonly sleep: (ms: number) => Promise<void>;
  readonly warn: (warning: WakeyError) => void;
  /** How long the file system may take for one call, in ms. @default 20_000 */
  readonly answerWithin?: number;
}

/** The shelf of a session, there or not. `id` is known to be one. */
export function shelfOf({ directory, disk }: Place, id: string): Shelf {
  return { disk, id, path: join(directory, id, 'bundles') };
}

/** The shelf of a session, made where it is missing, each directory private. */
export async function openShelf(place: Place, id: string): Promise<Shelf> {
  const shelf = shelfOf(place, id);
  await openRoot(place.disk, place.directory);
  await openPrivateDirectory(place.disk, join(place.directory, id));
  await openPrivateDirectory(place.disk, shelf.path);
  return shelf;
}

/** The lock under which labels, fences and names change. Held for moments. */
export function changesLock(shelf: Shelf): string {
  return join(shelf.path, 'lock');
}
