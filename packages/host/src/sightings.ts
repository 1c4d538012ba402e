import type { BigIntStats } from 'node:fs';
import type { Json } from '@wakey/core';

/**
 * Which file had the content that an entry of a state describes, when this process last looked. Saves reading unchanged
 * files again. It is no part of a state: an entry without a sighting only costs a reading.
 */
export interface Sightings {
  /** Whether the file is the one of the last sighting, with the same size and time of change. */
  isUnchanged(entry: Json | undefined, stat: BigIntStats): boolean;
  /** Whether the file is the one of the last sighting. Its content may have changed. */
  isSameFile(entry: Json | undefined, stat: BigIntStats): boolean;
  /** Whether there is a sighting. */
  isKnown(entry: Json): boolean;
  remember(entry: Json, stat: BigIntStats): void;
}

export function openSightings(): Sightings {
  const seen = new WeakMap<object, Sighting>();
  const last = (entry: Json | undefined) => (isReference(entry) ? seen.get(entry) : undefined);
  return {
    isUnchanged(entry, stat) {
      const was = last(entry);
      const is = sightingOf(stat);
      return was?.file === is.file && was.content === is.content;
    },
    isSameFile: (entry, stat) => last(entry)?.file === sightingOf(stat).file,
    isKnown: (entry) => last(entry) !== undefined,
    remember(entry, stat) {
      if (isReference(entry)) seen.set(entry, sightingOf(stat));
    },
  };
}

interface Sighting {
  readonly file: string;
  readonly content: string;
}

function sightingOf(stat: BigIntStats): Sighting {
  return { file: identityOf(stat), content: `${stat.size}:${stat.mtimeNs}` };
}

/**
 * Which file or directory this is. File systems soon reuse the inode number of a deleted file, so the time of creation belongs
 * to the identity.
 */
export function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

function isReference(entry: Json | undefined): entry is Exclude<Json, string | number | boolean | null> {
  return typeof entry === 'object' && entry !== null;
}
