import type { BigIntStats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@wakey/core';
import { bytesIn, type FileHandle } from '@wakey/host';
import { seenIn } from '../damaged-profile.js';
import { levelDbFile } from '../leveldb.js';
import { type LevelDbState, readManifest } from '../leveldb-manifest.js';
import type { BeganAgain, Followed, HeldFiles, Moved, Piece } from './group.js';
import { beginsWith, type Growth, growthOf, isWhole, parseGrowth } from './growth.js';
import { knownOf, parseSummary, type Summary, sizeOf } from './leveldb-known.js';

/** The manifest of a database, compared with what a state knows of it. */
export interface ComparedManifest {
  readonly is: 'manifest';
  readonly path: string;
  readonly stat: BigIntStats;
  /** The oldest log whose changes are in no table. */
  readonly log: bigint;
  /** The number of the last change that the manifest names. */
  readonly sequence: bigint;
  readonly entry: Json;
  /** The edits that the state does not know. */
  readonly piece: Piece | undefined;
  /** The tables that the state does not know, with their sizes. */
  readonly tables: ReadonlyMap<string, number>;
  /** The files that the state knows and that the database needs no more. */
  readonly gone: readonly string[];
}

/** The manifest in a state. */
interface Known {
  readonly summary: Summary | undefined;
  readonly entry: Json | undefined;
  /** What is known of this very file; `undefined` if the state knows another manifest, or none. */
  readonly growth: Growth | undefined;
}

/** Compares the manifest `name` of the database in `directory`. */
export async function compareManifest(
  at: Followed,
  directory: string,
  name: string,
  held: HeldFiles,
): Promise<ComparedManifest | Moved | BeganAgain> {
  const path = `${directory}/${name}`;
  const summary = parseSummary(at.known.get(`${directory}/CURRENT`));
  const entry = at.known.get(path);
  const known = { summary, entry, growth: summary?.manifest === name ? parseGrowth(entry) : undefined };
  const handle = await held.open(join(at.profileDir, path));
  const stat = await handle.stat({ bigint: true });
  if (summary !== undefined && entry !== undefined && known.growth !== undefined && at.seen.isUnchanged(entry, stat)) {
    const { log, sequence } = summary;
    const none = { piece: undefined, tables: new Map(), gone: [] };
    return { is: 'manifest', path, stat, log: BigInt(log), sequence: BigInt(sequence), entry, ...none };
  }
  const read = await readManifest(bytesIn(handle, Number(stat.size)));
  if ('damage' in read) {
    return { is: 'moved', why: `has a damaged ${path}: ${read.damage}`, damagedIn: seenIn([stat]) };
  }
  const other = await whyOther(at, directory, { name, handle, stat, read }, known);
  if (other !== undefined) return { is: 'began-again', why: `${path} ${other}` };
  const tables = await newTables(at, directory, read.tables);
  if ('is' in tables) return tables;
  const torn = tornIn(at, Number(stat.size), read.bytes);
  const growth = { ...(await growthOf(handle, read.bytes, known.growth)), torn };
  const isSame = isWhole(known.growth, growth.size, Number(stat.size));
  const { log, sequence } = read;
  return {
    is: 'manifest',
    path,
    stat,
    log,
    sequence,
    entry: isSame && entry !== undefined ? entry : growth,
    piece: isSame ? undefined : pieceOf(path, handle, growth.size, known.growth),
    tables,
    gone: goneOf(at, directory, name, read.tables, summary),
  };
}

/** Of a profile that nothing changes, the unfinished bytes are counted: a copy has them too. No group contains them. */
export function tornIn({ now }: Followed, size: number, complete: number): number {
  return now === undefined ? size - complete : 0;
}

/** The bytes of a file that only grows, up to `to`, that a state does not know. */
export function pieceOf(path: string, source: FileHandle, to: number, known: Growth | undefined): Piece {
  if (known === undefined) return { path, begin: 'create', from: 0, to, source };
  return { path, begin: known.torn > 0 ? 'truncate' : 'keep', from: known.size, to, source };
}

interface ReadFile {
  readonly name: string;
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
  readonly read: LevelDbState;
}

/** Why a manifest cannot continue the known database. */
async function whyOther(
  at: Followed,
  directory: string,
  { name, handle, stat, read }: ReadFile,
  { summary, entry, growth }: Known,
): Promise<string | undefined> {
  if (summary === undefined) return undefined;
  if (summary.manifest === name) {
    const isSameFile = at.seen.isSameFile(entry, stat);
    const continues = growth !== undefined && (await beginsWith(handle, growth, isSameFile));
    return continues ? undefined : 'does not continue the known one';
  }
  // A database that LevelDB opens again may get a new manifest. A database that is created again gets the first.
  const number = (manifest: string) => levelDbFile(manifest)?.number ?? 0n;
  const isLater = number(name) > number(summary.manifest) && read.log >= BigInt(summary.log);
  const isComplete = read.sequence >= BigInt(summary.last);
  const shared = [...knownOf(at.known, directory, 'table').keys()].some((table) => read.tables.has(table));
  const sharedLog = [...knownOf(at.known, directory, 'log').keys()].some((log) => log >= read.log);
  return isLater && isComplete && (shared || sharedLog) ? undefined : `shares nothing with ${summary.manifest}`;
}

async function newTables(
  at: Followed,
  directory: string,
  tables: ReadonlyMap<bigint, bigint>,
): Promise<ReadonlyMap<string, number> | Moved | BeganAgain> {
  const there = new Map<bigint, string>();
  for (const name of await readdir(join(at.profileDir, directory))) {
    const file = levelDbFile(name);
    if (file?.kind === 'table') there.set(file.number, `${directory}/${name}`);
  }
  const found = new Map<string, number>();
  for (const [number, size] of tables) {
    const path = there.get(number);
    if (path === undefined) return { is: 'moved', why: `dropped table ${number}` };
    const known = sizeOf(at.known.get(path));
    if (known === undefined) found.set(path, Number(size));
    else if (known !== Number(size)) return { is: 'began-again', why: `${path} has another size` };
  }
  return found;
}

function goneOf(
  { known }: Followed,
  directory: string,
  name: string,
  tables: ReadonlyMap<bigint, bigint>,
  summary: Summary | undefined,
): readonly string[] {
  const dead = [...knownOf(known, directory, 'table')]
    .filter(([number]) => !tables.has(number))
    .map(([, path]) => path);
  const former = summary === undefined || summary.manifest === name ? [] : [`${directory}/${summary.manifest}`];
  return [...dead, ...former];
}
