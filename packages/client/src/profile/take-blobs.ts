import { dirname, join } from 'node:path';
import type { CopyPlaces } from './copy-still.js';
import type { Patience } from './patience.js';
import { makePrivateDirectory, shareImmutable } from './private-copy.js';
import { entriesOf } from './walk.js';

/** Takes the files in which IndexedDB keeps long values, beside one of its databases. */
export interface BlobTaker {
  /** Takes those that are there and were not taken before. */
  take(): Promise<void>;
  /**
   * Whether one that was there between the last two calls may not have been taken: it went away before it could be, or a
   * number between the new ones is missing, which the browser gives out without gaps.
   */
  hasMissed(): boolean;
}

/**
 * A value's file is written before the record that names it and deleted after the record that names it no more, and never
 * changes in between. So one that a state of the database names was there when it was in that state: take all shortly
 * before and shortly after.
 */
export function blobTaker({ from, into }: CopyPlaces, path: string, patience: Patience): BlobTaker {
  const taken = new Set<string>();
  let before = new Map<string, number>();
  let latest = new Map<string, readonly number[]>();
  let isLost = false;

  return {
    async take() {
      before = new Map([...latest].map(([database, numbers]) => [database, Math.max(...numbers)]));
      latest = new Map();
      isLost = false;
      for (const database of await entriesOf(from, path)) {
        const numbers: number[] = [];
        for (const shelf of await entriesOf(from, database.path)) {
          for (const blob of await entriesOf(from, shelf.path)) {
            numbers.push(Number.parseInt(blob.path.slice(blob.path.lastIndexOf('/') + 1), 16));
            if (!taken.has(blob.path)) await takeOne(blob.path);
          }
        }
        if (numbers.length > 0) latest.set(database.path, numbers);
      }
    },
    hasMissed: () =>
      isLost ||
      [...latest].some(([database, numbers]) => {
        const last = before.get(database);
        if (last === undefined) return false;
        const fresh = numbers.filter((number) => number > last);
        return fresh.length > 0 && Math.max(...fresh) - last !== fresh.length;
      }),
  };

  async function takeOne(blob: string): Promise<void> {
    patience.check();
    await makePrivateDirectory(into, dirname(blob));
    // One that shares its bytes grows with them; one that was copied while it grew must be looked at again.
    const how = await shareImmutable(join(from, blob), join(into, blob));
    if (how === 'shared') taken.add(blob);
    if (how === 'gone') isLost = true;
  }
}
