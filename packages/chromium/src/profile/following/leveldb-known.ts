import { isNatural, isObject } from '@wakey/host';
import { levelDbFile } from '../leveldb.js';
import type { Entries } from './group.js';

/** What a state knows of a LevelDB as a whole: its entry of the file CURRENT. */
export interface Summary {
  readonly manifest: string;
  /** The oldest log whose changes are in no table. */
  readonly log: number;
  /** The number of the last change that the manifest names. */
  readonly sequence: number;
  /** The number of the last change in the manifest or in a log. */
  readonly last: number;
}

/** Parses a value of a state; `undefined` if it describes no database. */
export function parseSummary(value: unknown): Summary | undefined {
  if (!isObject(value)) return undefined;
  const { manifest, log, sequence, last } = value;
  if (typeof manifest !== 'string' || levelDbFile(manifest)?.kind !== 'manifest') return undefined;
  return isNatural(log) && isNatural(sequence) && isNatural(last) ? { manifest, log, sequence, last } : undefined;
}

/** The size in the entry of a file; `undefined` if it has none. */
export function sizeOf(entry: unknown): number | undefined {
  return isObject(entry) && isNatural(entry.size) ? entry.size : undefined;
}

/** The paths in a state of the files of one kind of a database, by their numbers. */
export function knownOf(known: Entries, directory: string, kind: 'table' | 'log'): ReadonlyMap<bigint, string> {
  const found = new Map<bigint, string>();
  for (const path of known.keys()) {
    const file = path.startsWith(`${directory}/`) ? levelDbFile(path.slice(directory.length + 1)) : undefined;
    if (file?.kind === kind) found.set(file.number, path);
  }
  return found;
}

/** The directory of the long values of an IndexedDB, beside its database; `undefined` for another database. */
export function blobsOf(database: string): string | undefined {
  return /\.indexeddb\.leveldb$/.test(database) ? database.replace(/\.leveldb$/, '.blob') : undefined;
}

/** The database to which a file belongs, by its path; `undefined` for other files. */
export function databaseOf(path: string): string | undefined {
  const [, site] = /^(.*\.indexeddb)\.blob\//.exec(path) ?? [];
  if (site !== undefined) return `${site}.leveldb`;
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return name === 'CURRENT' || levelDbFile(name) !== undefined ? path.slice(0, slash) : undefined;
}
