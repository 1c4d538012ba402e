import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@wakey/host';
import { expect, it } from 'vitest';
import { patienceOf } from './patience.js';
import { blobTaker } from './take-blobs.js';
import { makeDirectory } from './testing/profile.js';

it('keeps a copy of a file that it saw once, also if the browser deletes the file during the copy', async () => {
  const { blobs, write, remove, taken } = await place();
  await write('1');
  await blobs.take();
  await remove('1');
  await write('2');
  await blobs.take();
  expect(await taken()).toEqual(['1', '2']);
  expect(blobs.hasMissed()).toBe(false);
});

it('reports that a file may have appeared and disappeared between two looks', async () => {
  const { blobs, write } = await place();
  await write('9');
  await blobs.take();
  await write('b');
  await blobs.take();
  expect(blobs.hasMissed()).toBe(true);
  await write('c');
  await blobs.take();
  expect(blobs.hasMissed()).toBe(false);
});

it('reports no missed file for a gap in the numbers of older files', async () => {
  const { blobs, write } = await place();
  for (const name of ['3', '7', 'a0']) await write(name);
  await blobs.take();
  expect(blobs.hasMissed()).toBe(false);
  await blobs.take();
  expect(blobs.hasMissed()).toBe(false);
});

async function place() {
  const [from, into] = [await makeDirectory(), await makeDirectory()];
  const shelf = 'Default/IndexedDB/site.indexeddb.blob/1/00';
  await mkdir(join(from, shelf), { recursive: true });
  for (const directory of ['Default', 'Default/IndexedDB']) await mkdir(join(into, directory));
  const patience = patienceOf({ clock: systemClock, timeout: 60_000, signal: undefined });
  return {
    blobs: blobTaker({ from, into }, 'Default/IndexedDB/site.indexeddb.blob', patience),
    write: (name: string) => writeFile(join(from, shelf, name), 'a long value'),
    remove: (name: string) => rm(join(from, shelf, name)),
    taken: async () => (await readdir(join(into, shelf))).sort(),
  };
}
