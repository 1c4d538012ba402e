import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProfileInspection } from '@wakey/core';
import { entriesOf, fileTrouble, isFileError, sqliteDamage, type TreeEntry, unlessAbsent, walkKept } from '@wakey/host';
import { isHeld, type LevelDbFile, levelDbFile, levelDbsIn, logDamage, readState, tableDamage } from './leveldb.js';
import { changesAfter } from './leveldb-changes.js';
import type { LevelDbState } from './leveldb-manifest.js';
import { profileParts } from './parts.js';

/**
 * Checks the structure of a profile that no browser has open: each database has all its files, with the sizes that its
 * manifest names, the logs that a browser would replay can be read, and no change between two changes in them is missing.
 * Changes nothing, and reads no more than a browser reads at its start. No content of the files makes it throw. Rejects with `session-unreadable` or
 * `sessions-dir-unusable` if the file system refuses to read.
 */
export async function inspectProfile(profileDir: string): Promise<ProfileInspection> {
  try {
    const entries: TreeEntry[] = [];
    if ((await unlessAbsent(lstat(profileDir))) === undefined) return { is: 'empty' };
    for await (const entry of walkKept(profileParts, profileDir)) entries.push(entry);
    const strange = entries.find(({ kind }) => kind === 'other');
    if (strange !== undefined) return damaged(`${strange.path} is neither a file nor a directory`);

    let isEmpty = true;
    for (const directory of levelDbsIn(entries)) {
      const found = await inspectLevelDb(profileDir, directory);
      // A browser that has the database open changes it during the inspection, so a mismatch then is no damage.
      const isOpen = 'damage' in found && (await isHeld(join(profileDir, directory)));
      if ('damage' in found && !isOpen) return damaged(`${directory}: ${found.damage}`);
      if (isOfPage(directory) && ('damage' in found || !found.isEmpty)) isEmpty = false;
    }
    for (const { path } of entries.filter(isSqliteFile)) {
      const damage = await sqliteDamage(join(profileDir, path));
      if (damage !== undefined) return damaged(`${path} ${damage}`);
      if (isOfPage(path)) isEmpty = false;
    }
    return { is: isEmpty ? 'empty' : 'intact' };
  } catch (error) {
    throw fileTrouble('session-unreadable', 'look at the profile in', profileDir, error);
  }
}

function damaged(why: string): ProfileInspection {
  return { is: 'damaged', why };
}

/** Whether a page keeps its login in this database. */
function isOfPage(path: string): boolean {
  return path.split('/').includes('IndexedDB');
}

/** Whether an entry is one of the browser's SQLite databases, by its path. */
function isSqliteFile({ path, kind }: TreeEntry): boolean {
  return kind === 'file' && /(^|\/)(Cookies|QuotaManager|[^/]+\.sqlite3?)$/.test(path);
}

type Inspected = { readonly isEmpty: boolean } | { readonly damage: string };

async function inspectLevelDb(profileDir: string, path: string): Promise<Inspected> {
  const directory = join(profileDir, path);
  const entries = (await entriesOf(profileDir, path)).filter(({ kind }) => kind === 'file');
  const files = entries.flatMap((entry) => {
    const name = basename(entry.path);
    const file = levelDbFile(name);
    return file === undefined ? [] : [{ ...file, name }];
  });
  const logs = files.filter(({ kind }) => kind === 'log');
  if (!entries.some((entry) => basename(entry.path) === 'CURRENT')) {
    // LevelDB creates the manifest, then CURRENT, then all other files. A browser killed before CURRENT has stored
    // nothing.
    const later = files.find(({ kind }) => kind !== 'manifest');
    return later === undefined ? { isEmpty: true } : { damage: `CURRENT is missing, ${later.name} is there` };
  }
  const state = await readState(directory);
  if ('damage' in state) return state;
  const damage =
    (await missingTable(directory, files, state.tables)) ??
    missingLog(logs, state.log, state.tables.size) ??
    (await unreadableLog(directory, logs, state));
  if (damage !== undefined) return { damage };
  const sizes = await Promise.all(logs.map(async ({ name }) => (await lstat(join(directory, name))).size));
  return { isEmpty: state.tables.size === 0 && sizes.every((size) => size === 0) };
}

type NamedFile = LevelDbFile & { readonly name: string };

async function missingTable(directory: string, files: readonly NamedFile[], tables: ReadonlyMap<bigint, bigint>) {
  const names = new Map(files.filter(({ kind }) => kind === 'table').map(({ number, name }) => [number, name]));
  for (const [number, size] of tables) {
    const name = names.get(number);
    if (name === undefined) return `table ${number} is missing`;
    const damage = await tableDamage(join(directory, name), size);
    if (damage !== undefined) return `${name} ${damage}`;
  }
  return undefined;
}

/**
 * Says which log is missing. LevelDB creates a log before a manifest names it, and a database with tables has had a
 * log.
 */
function missingLog(logs: readonly NamedFile[], oldest: bigint, tables: number): string | undefined {
  if (oldest > 0n && !logs.some(({ number }) => number === oldest)) return `log ${oldest} is missing`;
  return tables > 0 && logs.length === 0 ? 'its log is missing' : undefined;
}

async function unreadableLog(directory: string, logs: readonly NamedFile[], { log, sequence }: LevelDbState) {
  const changes = changesAfter(sequence);
  // The writes of an older log are in tables.
  const live = logs.filter(({ number }) => number >= log).sort((one, other) => (one.number < other.number ? -1 : 1));
  for (const { name } of live) {
    try {
      const damage = (await logDamage(join(directory, name), changes.record)) ?? changes.damage();
      if (damage !== undefined) return `${name}: ${damage}`;
    } catch (error) {
      if (!isFileError(error, 'ENOENT')) throw error;
      return `${name} is missing`;
    }
  }
  return undefined;
}
