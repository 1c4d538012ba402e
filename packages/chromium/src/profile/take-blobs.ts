import { dirname, join } from 'node:path';
import { entriesOf, makePrivateDirectory, shareImmutable } from '@wakey/host';
import type { CopyPlaces } from './copy-still.js';
import type { Patience } from './patience.js';

/** Copies the files in which IndexedDB keeps long values, beside one of its databases. */
export interface BlobTaker {
  /** Copies the files that exist and were not copied before. */
  take(): Promise<void>;
  /**
   * Whether the copy may lack a file that existed between the last two calls of `take`. It may if a file disappeared
   * before its copy, or if the numbers of the new files have a gap, because the browser numbers them without gaps.
   */
  hasMissed(): boolean;
}

/**
 * The browser writes the file of a long value before it writes the database record that names the file. It deletes the
 * file only after a record that removes that name, and never changes the file in between. So each file that a state of
 * the database names existed at the moment of that state: call `take` shortly before and shortly after that moment.
 */
export function blobTaker({ from, into }: CopyPlaces, path: string, patience: Patience): BlobTaker {
  const looks = blobLooks(from, path);
  const taken = new Set<string>();
  let isLost = false;

  return {
    async take() {
      isLost = false;
      for (const blob of await looks.look()) if (!taken.has(blob)) await takeOne(blob);
    },
    hasMissed: () => isLost || looks.hasGap(),
  };

  async function takeOne(blob: string): Promise<void> {
    patience.check();
    await makePrivateDirectory(into, dirname(blob));
    // A hard link grows with its source, so it is complete. A copy may be of a file that was still growing: copy it
    // again.
    const how = await shareImmutable(join(from, blob), join(into, blob));
    if (how === 'shared') taken.add(blob);
    if (how === 'gone') isLost = true;
  }
}

/** Looks for the files of long values beside a database. */
export interface BlobLooks {
  /** The paths of the files that exist now. */
  look(): Promise<readonly string[]>;
  /**
   * Whether a file may have appeared and disappeared between the last two calls of `look`: the numbers of the new files
   * have a gap, and the browser numbers them without gaps.
   */
  hasGap(): boolean;
}

/** Looks into the directory `path` of the profile `from`. */
export function blobLooks(from: string, path: string): BlobLooks {
  let before = new Map<string, number>();
  let latest = new Map<string, readonly number[]>();

  return {
    async look() {
      before = new Map([...latest].map(([database, numbers]) => [database, Math.max(...numbers)]));
      latest = new Map();
      const found: string[] = [];
      for (const database of await entriesOf(from, path)) {
        const numbers: number[] = [];
        for (const shelf of await entriesOf(from, database.path)) {
          for (const blob of await entriesOf(from, shelf.path)) {
            numbers.push(Number.parseInt(blob.path.slice(blob.path.lastIndexOf('/') + 1), 16));
            found.push(blob.path);
          }
        }
        if (numbers.length > 0) latest.set(database.path, numbers);
      }
      return found;
    },
    hasGap: () =>
      [...latest].some(([database, numbers]) => {
        const last = before.get(database);
        if (last === undefined) return false;
        const fresh = numbers.filter((number) => number > last);
        return fresh.length > 0 && Math.max(...fresh) - last !== fresh.length;
      }),
  };
}
