import { join } from 'node:path';
import { isWakeyError } from '@wakey/core';
import { takeLock, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { segmentsPath } from './segment-file.js';
import { asidePath, bundlePath, findDamage, generationsOn, labelPath, readLabel, type Shelf } from './shelf.js';
import type { StoreRoot } from './store-root.js';
import { storeTrouble } from './trouble.js';

/** How many good generations a write leaves. */
const KEPT = 2;

/** The generations that `prune` must not remove. */
interface Staying {
  /** The generation that this call has just written and found intact. */
  readonly written: number;
  /** The generations that stay, however old they are. */
  readonly keep: readonly number[];
}

/**
 * Removes the generations older than the two newest good ones, of which `written` is one, except those in `keep`. A
 * damaged generation does not count as one of the two, so this reads the bytes of the second before it removes an older
 * one. It warns of a generation that it cannot remove; that generation stays until the next write, and the write still
 * succeeds.
 */
export async function prune(root: StoreRoot, shelf: Shelf, { written, keep }: Staying, call: Call): Promise<void> {
  await orWarn(root, shelf, async () => {
    let good = 1;
    const older = (await generationsOn(shelf)).filter((generation) => generation < written);
    for (const [at, generation] of older.entries()) {
      if (good === KEPT && !keep.includes(generation)) await removeGeneration(shelf, generation);
      else if (good < KEPT && at < older.length - 1 && (await isGood(shelf, generation, call))) good += 1;
    }
  });
}

/**
 * Removes the files that killed writers left: unfinished files without a living writer, and bytes and segments without a label. The
 * caller holds the lock for changes.
 */
export async function removeOrphans(root: StoreRoot, shelf: Shelf): Promise<void> {
  await orWarn(root, shelf, async () => {
    const names = await shelf.disk.files.readdir(shelf.path);
    for (const name of names) {
      const path = join(shelf.path, name);
      if (/^incoming-\d+$/.test(name)) await removeUnlessLocked(shelf, path);
      const generation = /^(\d+)\.(?:bundle|segments)$/.exec(name)?.[1];
      const labels = [`${generation}.json`, `${generation}.quarantined.json`];
      const isOrphan = generation !== undefined && !labels.some((label) => names.includes(label));
      if (isOrphan || /^\.\d+(\.quarantined)?\.json\.tmp$/.test(name))
        await unlessAbsent(shelf.disk.files.unlink(path));
    }
  });
}

/**
 * Removes a generation: first the label, without which it does not exist, then the bytes and the segments. These stay
 * if the generation is in quarantine too.
 */
export async function removeGeneration(shelf: Shelf, generation: number): Promise<void> {
  await unlessAbsent(shelf.disk.files.unlink(labelPath(shelf, generation)));
  const isAside = (await unlessAbsent(shelf.disk.files.lstat(asidePath(shelf, generation)))) !== undefined;
  if (isAside) return;
  await unlessAbsent(shelf.disk.files.unlink(bundlePath(shelf, generation)));
  await unlessAbsent(shelf.disk.files.unlink(segmentsPath(shelf, generation)));
}

async function isGood(shelf: Shelf, generation: number, call: Call): Promise<boolean> {
  try {
    const label = await readLabel(shelf, generation);
    return label !== undefined && (await findDamage(shelf, label, call)) === undefined;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return false;
    throw error;
  }
}

async function removeUnlessLocked(shelf: Shelf, path: string): Promise<void> {
  const lock = await takeLock(shelf.disk, path);
  if (lock === undefined) return;
  try {
    await shelf.disk.files.unlink(path);
  } finally {
    await lock.release();
  }
}

async function orWarn(root: StoreRoot, shelf: Shelf, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    root.warn(storeTrouble('store-unwritable', `remove old backups of session "${shelf.id}"`, shelf.path, error));
  }
}
