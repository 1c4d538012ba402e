import type { BigIntStats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@wakey/core';
import { type FileHandle, isNatural, isObject } from '@wakey/host';
import { checked } from '../copy-still.js';
import { seenIn } from '../damaged-profile.js';
import { levelDbFile } from '../leveldb.js';
import { changesAfter } from '../leveldb-changes.js';
import { scanLog } from '../leveldb-log.js';
import { type ComparedManifest, pieceOf, tornIn } from './compare-manifest.js';
import type { BeganAgain, Followed, HeldFiles, Moved, Piece } from './group.js';
import { beginsWith, blockOf, bytesBetween, growthOf, isWhole, parseGrowth } from './growth.js';
import { knownOf } from './leveldb-known.js';

/** A log that is open, with its size at the moment whose state a group has. */
export interface ListedLog {
  readonly path: string;
  readonly number: bigint;
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
}

/** Opens the logs that hold changes which are in no table, the oldest first, and reads their sizes at one moment. */
export async function listLogs(
  at: Followed,
  directory: string,
  { log }: ComparedManifest,
  held: HeldFiles,
): Promise<readonly ListedLog[] | Moved | BeganAgain> {
  const logs: Omit<ListedLog, 'stat'>[] = [];
  for (const name of await readdir(join(at.profileDir, directory))) {
    const file = levelDbFile(name);
    if (file?.kind !== 'log' || file.number < log) continue;
    const path = `${directory}/${name}`;
    logs.push({ path, number: file.number, handle: await held.open(join(at.profileDir, path)) });
  }
  logs.sort((one, other) => (one.number < other.number ? -1 : 1));
  // A browser never deletes its newest log.
  const newest = logs.at(-1)?.number ?? 0n;
  const end = [...knownOf(at.known, directory, 'log').keys()].find((number) => number >= log && number > newest);
  if (end !== undefined) return { is: 'began-again', why: `${directory} lost its newest log, ${end}`, isBehind: true };
  if (log !== 0n && logs[0]?.number !== log) return { is: 'moved', why: 'began another log' };
  const lost = [...knownOf(at.known, directory, 'log')].find(
    ([number, path]) => number >= log && !logs.some((each) => each.path === path),
  );
  if (lost !== undefined) return { is: 'moved', why: `lost log ${lost[0]}` };
  return Promise.all(logs.map(async (each) => ({ ...each, stat: await each.handle.stat({ bigint: true }) })));
}

/** The logs of a database, compared with what a state knows of them. */
export interface ComparedLogs {
  readonly is: 'logs';
  readonly entries: ReadonlyMap<string, Json>;
  readonly pieces: readonly Piece[];
  readonly gone: readonly string[];
  /** The number of the last change; `undefined` if the logs hold none. */
  readonly last: bigint | undefined;
}

/** Compares the complete records of the logs. */
export async function compareLogs(
  at: Followed,
  directory: string,
  { log, sequence, stat }: ComparedManifest,
  logs: readonly ListedLog[],
): Promise<ComparedLogs | Moved | BeganAgain> {
  const entries = new Map<string, Json>();
  const pieces: Piece[] = [];
  let last: bigint | undefined;
  for (const listed of logs) {
    const found = await compareLog(at, listed, { manifest: sequence, last, isNewest: listed === logs.at(-1) });
    if (found.is === 'damaged') {
      return { is: 'moved', why: found.why, damagedIn: seenIn([stat, ...logs.map((each) => each.stat)]) };
    }
    if (found.is !== 'log') return found;
    entries.set(listed.path, found.entry);
    if (found.piece !== undefined) pieces.push(found.piece);
    last = found.last;
  }
  const gone = [...knownOf(at.known, directory, 'log')].filter(([number]) => number < log).map(([, path]) => path);
  return { is: 'logs', entries, pieces, gone, last };
}

interface ComparedLog {
  readonly is: 'log';
  readonly entry: Json;
  readonly piece: Piece | undefined;
  readonly last: bigint | undefined;
}

interface Damaged {
  readonly is: 'damaged';
  readonly why: string;
}

interface LogContext {
  /** The number of the last change that the manifest names. */
  readonly manifest: bigint;
  /** The number of the last change in the logs before. */
  readonly last: bigint | undefined;
  readonly isNewest: boolean;
}

async function compareLog(
  at: Followed,
  { path, handle, stat }: ListedLog,
  { manifest, last, isNewest }: LogContext,
): Promise<ComparedLog | Damaged | Moved | BeganAgain> {
  const entry = at.known.get(path);
  const known = parseGrowth(entry);
  const before = known === undefined ? last : (lastIn(entry) ?? last);
  if (entry !== undefined && known !== undefined && at.seen.isUnchanged(entry, stat)) {
    return { is: 'log', entry, piece: undefined, last: before };
  }
  // Of a log that a browser only appends to, a shorter one is an earlier one.
  if (Number(stat.size) < (known?.size ?? 0)) return { is: 'began-again', why: `${path} lost its end`, isBehind: true };
  const isOther = known !== undefined && !(await beginsWith(handle, known, at.seen.isSameFile(entry, stat)));
  if (isOther) return { is: 'began-again', why: `${path} does not continue the known one` };

  const size = Number(stat.size);
  const from = known?.size ?? 0;
  const changes = changesAfter(manifest, before);
  const bytes = checked(bytesBetween(handle, blockOf(from), size), at.patience);
  const scan = await scanLog(bytes, changes.record, from);
  const damage = scan.damage ?? changes.damage();
  if (damage !== undefined) return { is: 'damaged', why: `has a damaged ${path}: ${damage}` };
  if (!isNewest && scan.complete !== size) return { is: 'moved', why: `had an incomplete ${path}` };
  if (entry !== undefined && isWhole(known, scan.complete, size)) {
    return { is: 'log', entry, piece: undefined, last: before };
  }
  const growth = { ...(await growthOf(handle, scan.complete, known)), torn: tornIn(at, size, scan.complete) };
  const latest = changes.last();
  return {
    is: 'log',
    entry: latest === undefined ? growth : { ...growth, last: Number(latest) },
    piece: pieceOf(path, handle, growth.size, known),
    last: latest,
  };
}

function lastIn(entry: Json | undefined): bigint | undefined {
  return isObject(entry) && isNatural(entry.last) ? BigInt(entry.last) : undefined;
}
