import type { FenceOptions, Quarantined, QuarantineOptions, StoredBundle } from '@wakey/core';
import { syncDirectory, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { passFence } from './fence.js';
import { changesLock, type Place } from './place.js';
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
import { removeGeneration } from './tidy.js';
import { damaged } from './trouble.js';
import { whileLocked } from './while-locked.js';

/**
 * Moves the newest generation to quarantine. Its bytes stay where they are: it gets a second label, `<n>.quarantined.json`,
 * and loses the first. Whatever crashes, there is a label; with both, it is in both places, and the next call finishes.
 */
export async function putAside(
  place: Place,
  shelf: Shelf,
  { fence, until }: QuarantineOptions,
  call: Call,
): Promise<Quarantined | undefined> {
  return changing(place, shelf, call, async () => {
    const watermark = await passFence(shelf, fence);
    const newest = await newestIntact(shelf, Number.POSITIVE_INFINITY, call, place.warn);
    const [here = 0] = await generationsAside(shelf);
    if (newest === undefined || newest.generation < here) return lookAside(shelf);
    // Its number must not be given again, and the greatest fence is not only on the label that goes.
    await writeWatermark(shelf, { fence, generation: watermark.generation });
    const kept = here === newest.generation ? await labelAside(shelf, here).catch(() => undefined) : undefined;
    const label = kept ?? { ...newest, until };
    if (kept === undefined) await writeLabel(shelf, label, asidePath(shelf, label.generation));
    await unlessAbsent(place.disk.files.unlink(labelPath(shelf, label.generation)));
    await syncDirectory(place.disk, shelf.path);
    await removeAside(shelf, (generation) => generation < label.generation);
    return factsOf(label);
  });
}

/** What is in quarantine. */
export async function lookAside(shelf: Shelf): Promise<Quarantined | undefined> {
  const [generation] = await generationsAside(shelf);
  const label = generation === undefined ? undefined : await labelAside(shelf, generation);
  return label && factsOf(label);
}

/** The generation in quarantine; its bytes are checked before it is handed out. */
export async function readAside(shelf: Shelf, call: Call): Promise<StoredBundle | undefined> {
  const [generation] = await generationsAside(shelf);
  const label = generation === undefined ? undefined : await labelAside(shelf, generation);
  if (label === undefined) return undefined;
  const why = await findDamage(shelf, label, call);
  if (why !== undefined) throw damaged(bundlePath(shelf, label.generation), why);
  return handOut(shelf, label, call);
}

/** Destroys what is in quarantine. */
export async function clearAside(place: Place, shelf: Shelf, { fence }: FenceOptions, call: Call): Promise<void> {
  if ((await unlessAbsent(place.disk.files.lstat(shelf.path))) === undefined) return;
  await changing(place, shelf, call, async () => {
    const watermark = await passFence(shelf, fence);
    await writeWatermark(shelf, { fence, generation: watermark.generation });
    await removeAside(shelf, () => true);
  });
}

async function changing<T>(place: Place, shelf: Shelf, call: Call, run: () => Promise<T>): Promise<T> {
  return whileLocked(place.disk, changesLock(shelf), place.sleep, call, run);
}

/** The labels first, for good: bytes without one are removed by the next write, wherever this is cut short. */
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

/** A label without a time is that of a generation which was never put here. */
async function labelAside(shelf: Shelf, generation: number): Promise<Aside | undefined> {
  const path = asidePath(shelf, generation);
  const label = await readLabel(shelf, generation, path);
  if (label === undefined) return undefined;
  const { until } = label;
  if (until === undefined) throw damaged(path, 'it has no time');
  return { ...label, until };
}

type Aside = Label & { readonly until: number };

function factsOf({ generation, until }: Aside): Quarantined {
  return { generation, until };
}
