import type { FenceOptions, Quarantined, QuarantineOptions, StoredBundle } from '@wakey/core';
import { syncDirectory, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { passFence } from './fence.js';
import { handOut, newestIntact } from './read-bundle.js';
import {
  asidePath,
  bundlePath,
  findDamage,
  generationsAside,
  type Label,
  labelPath,
  readLabel,
  type Shelf,
  writeLabel,
  writeWatermark,
} from './shelf.js';
import { changesLock, type StoreRoot } from './store-root.js';
import { removeGeneration } from './tidy.js';
import { damaged } from './trouble.js';
import { whileLocked } from './while-locked.js';

/**
 * Moves the newest generation to quarantine. The bytes stay where they are: the store writes a second label,
 * `<n>.quarantined.json`, and then removes the first. A crash at any point leaves at least one label. After a crash
 * that leaves both, the generation is both a backup and in quarantine, and the next call finishes the move.
 */
export async function putAside(
  root: StoreRoot,
  shelf: Shelf,
  { fence, until }: QuarantineOptions,
  call: Call,
): Promise<Quarantined | undefined> {
  return changing(root, shelf, call, async () => {
    const watermark = await passFence(shelf, fence);
    const newest = await newestIntact(shelf, Number.POSITIVE_INFINITY, call, root.warn);
    const [here = 0] = await generationsAside(shelf);
    if (newest === undefined || newest.generation < here) return lookAside(shelf);
    // The removed label may hold the greatest number and the greatest fence: write both to the watermark, so that no
    // number is used twice.
    await writeWatermark(shelf, { fence, generation: watermark.generation });
    const kept = here === newest.generation ? await labelAside(shelf, here).catch(() => undefined) : undefined;
    const label = kept ?? { ...newest, until };
    if (kept === undefined) await writeLabel(shelf, label, asidePath(shelf, label.generation));
    await unlessAbsent(root.disk.files.unlink(labelPath(shelf, label.generation)));
    await syncDirectory(root.disk, shelf.path);
    await removeAside(shelf, (generation) => generation < label.generation);
    return factsOf(label);
  });
}

/** The number and the end time of the generation in quarantine; `undefined` if the quarantine is empty. */
export async function lookAside(shelf: Shelf): Promise<Quarantined | undefined> {
  const [generation] = await generationsAside(shelf);
  const label = generation === undefined ? undefined : await labelAside(shelf, generation);
  return label && factsOf(label);
}

/** Returns the generation in quarantine, after it has checked all its bytes. */
export async function readAside(shelf: Shelf, call: Call): Promise<StoredBundle | undefined> {
  const [generation] = await generationsAside(shelf);
  const label = generation === undefined ? undefined : await labelAside(shelf, generation);
  if (label === undefined) return undefined;
  const why = await findDamage(shelf, label, call);
  if (why !== undefined) throw damaged(bundlePath(shelf, label.generation), why);
  return handOut(shelf, label, call);
}

/** Destroys the generation in quarantine. */
export async function clearAside(root: StoreRoot, shelf: Shelf, { fence }: FenceOptions, call: Call): Promise<void> {
  if ((await unlessAbsent(root.disk.files.lstat(shelf.path))) === undefined) return;
  await changing(root, shelf, call, async () => {
    const watermark = await passFence(shelf, fence);
    await writeWatermark(shelf, { fence, generation: watermark.generation });
    await removeAside(shelf, () => true);
  });
}

async function changing<T>(root: StoreRoot, shelf: Shelf, call: Call, run: () => Promise<T>): Promise<T> {
  return whileLocked(root.disk, changesLock(shelf), root.sleep, call, run);
}

/**
 * Removes the labels durably before the bytes: after a crash in between, the next write removes bytes without a label.
 */
async function removeAside(shelf: Shelf, isToGo: (generation: number) => boolean): Promise<void> {
  const going = (await generationsAside(shelf)).filter(isToGo);
  for (const generation of going) await unlessAbsent(shelf.disk.files.unlink(asidePath(shelf, generation)));
  if (going.length === 0) return;
  await syncDirectory(shelf.disk, shelf.path);
  for (const generation of going) {
    const isKept = (await unlessAbsent(shelf.disk.files.lstat(labelPath(shelf, generation)))) !== undefined;
    if (!isKept) await removeGeneration(shelf, generation);
  }
  await syncDirectory(shelf.disk, shelf.path);
}

/**
 * The label of a generation in quarantine. Throws if the label has no end time: no move to quarantine writes such a
 * label.
 */
async function labelAside(shelf: Shelf, generation: number): Promise<Aside | undefined> {
  const path = asidePath(shelf, generation);
  const label = await readLabel(shelf, generation, path);
  if (label === undefined) return undefined;
  const { until } = label;
  if (until === undefined) throw damaged(path, 'it does not say how long the quarantine lasts');
  return { ...label, until };
}

type Aside = Label & { readonly until: number };

function factsOf({ generation, until }: Aside): Quarantined {
  return { generation, until };
}
