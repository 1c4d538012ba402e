import { join } from 'node:path';
import type { WakeyError } from '@wakey/core';
import { type Files, openPrivateDirectory, openRoot } from './disk.js';
import type { Shelf } from './shelf.js';

/** What every method of a store works with. */
export interface Place {
  readonly directory: string;
  readonly files: Files;
  readonly sleep: (ms: number) => Promise<void>;
  readonly warn: (warning: WakeyError) => void;
}

/** The shelf of a session, there or not. `id` is known to be one. */
export function shelfOf({ directory, files }: Place, id: string): Shelf {
  return { files, id, path: join(directory, id, 'bundles') };
}

/** The shelf of a session, made where it is missing, each directory private. */
export async function openShelf(place: Place, id: string): Promise<Shelf> {
  const shelf = shelfOf(place, id);
  await openRoot(place.files, place.directory);
  await openPrivateDirectory(place.files, join(place.directory, id));
  await openPrivateDirectory(place.files, shelf.path);
  return shelf;
}

/** The lock under which labels, fences and names change. Held for moments. */
export function changesLock(shelf: Shelf): string {
  return join(shelf.path, 'lock');
}
