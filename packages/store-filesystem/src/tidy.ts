import { join } from 'node:path';
import { isWakeyError } from '@wakey/core';
import { unlessAbsent } from './disk.js';
import { takeLock } from './lock.js';
import type { Place } from './place.js';
import { bundlePath, generationsOn, labelPath, readLabel, type Shelf } from './shelf.js';
import { storeTrouble } from './trouble.js';

/** How many good generations stay. */
const KEPT = 2;

/**
 * Removes what is older than the two newest good generations. A damaged one does not count as one of the two. Whatever
 * cannot be removed is told and stays until the next write: the new generation is kept either way.
 */
export async function keepTwo(place: Place, shelf: Shelf): Promise<void> {
  await orWarn(place, shelf, async () => {
    let good = 0;
    for (const generation of await generationsOn(shelf)) {
      if (good === KEPT) await removeGeneration(shelf, generation);
      else if (await looksGood(shelf, generation)) good += 1;
    }
  });
}

/** Removes what writers that died have left: files without a living writer, bytes without a label. Under the lock. */
export async function removeOrphans(place: Place, shelf: Shelf): Promise<void> {
  await orWarn(place, shelf, async () => {
    const names = await shelf.files.readdir(shelf.path);
    for (const name of names) {
      const path = join(shelf.path, name);
      if (/^incoming-\d+$/.test(name)) await removeUnlessLocked(shelf, path);
      const generation = /^(\d+)\.bundle$/.exec(name)?.[1];
      const isOrphan = generation !== undefined && !names.includes(`${generation}.json`);
      if (isOrphan || /^\.\d+\.json\.tmp$/.test(name)) await unlessAbsent(shelf.files.unlink(path));
    }
  });
}

/** Removes a generation. The label first: without it, it does not exist. */
export async function removeGeneration(shelf: Shelf, generation: number): Promise<void> {
  await unlessAbsent(shelf.files.unlink(labelPath(shelf, generation)));
  await unlessAbsent(shelf.files.unlink(bundlePath(shelf, generation)));
}

async function looksGood(shelf: Shelf, generation: number): Promise<boolean> {
  try {
    const label = await readLabel(shelf, generation);
    const bundle = await unlessAbsent(shelf.files.stat(bundlePath(shelf, generation)));
    return label !== undefined && bundle?.size === label.size;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return false;
    throw error;
  }
}

async function removeUnlessLocked(shelf: Shelf, path: string): Promise<void> {
  const lock = await takeLock(shelf.files, path);
  if (lock === undefined) return;
  try {
    await shelf.files.unlink(path);
  } finally {
    await lock.release();
  }
}

async function orWarn(place: Place, shelf: Shelf, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    place.warn(
      storeTrouble('store-unwritable', `remove what is no longer needed of session "${shelf.id}"`, shelf.path, error),
    );
  }
}
