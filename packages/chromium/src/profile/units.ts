import { join } from 'node:path';
import { notRegular, type TreeEntry, walkKept } from '@wakey/host';
import { levelDbsIn } from './leveldb.js';
import { profileParts } from './parts.js';

/** The entries of a profile that belong in a backup. Rejects if one is neither a file nor a directory. */
export async function entriesOf(profileDir: string, check: () => void): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of walkKept(profileParts, profileDir)) {
    check();
    if (entry.kind === 'other') throw notRegular(join(profileDir, entry.path));
    entries.push(entry);
  }
  return entries;
}

/** The directories of the LevelDBs among the entries, and the paths of all files that belong to none of them. */
export function unitsOf(entries: readonly TreeEntry[]): {
  readonly databases: readonly string[];
  readonly others: readonly string[];
} {
  const databases = levelDbsIn(entries);
  const isOfDatabase = (path: string): boolean => databases.includes(path.slice(0, path.lastIndexOf('/')));
  const isOther = ({ path, kind }: TreeEntry): boolean => kind === 'file' && !isOfDatabase(path) && !isBlob(path);
  return { databases, others: entries.filter(isOther).map(({ path }) => path) };
}

/** Whether IndexedDB keeps a long value in this file. Such files belong to the database beside them. */
function isBlob(path: string): boolean {
  return /(^|\/)[^/]*indexeddb\.blob\//.test(path);
}

/** Groups of files whose copies must be of one moment: an SQLite database, its journal and its write-ahead log. */
export function groupsOf(paths: readonly string[]): readonly (readonly string[])[] {
  const bases = new Set(paths.map((path) => path.replace(/-(journal|wal)$/, '')));
  return [...bases].map((base) => [base, `${base}-journal`, `${base}-wal`]);
}
