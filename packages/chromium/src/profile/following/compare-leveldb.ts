import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { damagedProfile } from '../damaged-profile.js';
import { levelDbFile, readCurrent, readState } from '../leveldb.js';
import { blobLooks } from '../take-blobs.js';
import { freshBlobs } from './compare-blobs.js';
import { type ComparedLogs, compareLogs, type ListedLog, listLogs } from './compare-logs.js';
import { type ComparedManifest, compareManifest } from './compare-manifest.js';
import { type Compared, type Followed, type HeldFiles, heldFiles, type Moved, type Piece, stepsOf } from './group.js';
import { blobsOf, parseSummary, type Summary } from './leveldb-known.js';

/**
 * Compares the LevelDB in the directory `path` with what the state knows of it, while a browser may write to it. The rules
 * are those of `copyLevelDb`. `paths` are the paths of its files and long values now.
 *
 * A group has, in this order: long values and tables, which nothing names yet; edits of the manifest; logs, the oldest
 * first; then the removal of files that nothing names any more. The browser deletes a long value after the record that
 * removes its name, so a long value that was gone before the logs were read is removed with them.
 *
 * Rejects with `session-unreadable` if two readings meet the same damage in files that nothing has changed in between.
 */
export async function compareLevelDb(at: Followed, path: string, paths: ReadonlySet<string>): Promise<Compared> {
  if (await looksUnchanged(at, path, paths)) return { is: 'unchanged' };
  let damagedIn: string | undefined;
  for (;;) {
    const held = heldFiles();
    let isHeld = false;
    try {
      const found = await attempt(at, path, held);
      isHeld = found.is === 'group';
      if (found.is !== 'moved') return found;
      const lasts = found.damagedIn !== undefined && found.damagedIn === damagedIn;
      if (lasts) throw damagedProfile(at.profileDir, `"${path}" ${found.why}`);
      damagedIn = found.damagedIn;
      await at.patience.wait(`"${path}" ${found.why}`);
    } catch (error) {
      if (!isFileError(error, 'ENOENT', 'ENOTDIR')) throw error;
      if (!(await exists(join(at.profileDir, path, 'CURRENT')))) {
        // A browser that has not finished creating a database has stored nothing in it.
        return at.known.size === 0 ? { is: 'unchanged' } : { is: 'began-again', why: `${path} is gone` };
      }
      await at.patience.wait(`a file of "${path}" disappeared`);
    } finally {
      if (!isHeld) await held.close();
    }
  }
}

/** Whether no file has changed since this process last looked, judged by the sizes and times of the files. */
async function looksUnchanged(at: Followed, path: string, paths: ReadonlySet<string>): Promise<boolean> {
  const summary = parseSummary(at.known.get(`${path}/CURRENT`));
  if (summary === undefined) return false;
  const isBlob = (file: string): boolean => !file.startsWith(`${path}/`);
  const isLive = (file: string): boolean => {
    const parsed = isBlob(file) ? undefined : levelDbFile(file.slice(path.length + 1));
    return parsed?.kind === 'log' && parsed.number >= BigInt(summary.log);
  };
  const counted = (file: string): boolean => isBlob(file) || isLive(file);
  if ([...at.known.keys()].some((file) => counted(file) && !paths.has(file))) return false;
  if ([...paths].some((file) => counted(file) && !at.known.has(file))) return false;
  for (const file of [`${path}/CURRENT`, `${path}/${summary.manifest}`, ...[...paths].filter(isLive)]) {
    try {
      const stat = await lstat(join(at.profileDir, file), { bigint: true });
      if (!at.seen.isUnchanged(at.known.get(file), stat)) return false;
    } catch (error) {
      if (isFileError(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    }
  }
  return true;
}

/** At most this many new tables and long values are open at once. */
const mostOpen = 64;

/**
 * Reads tables and long values first, then the logs at one moment, and requires that the manifest describes the logs of this
 * moment. If there are many new files, the result is a group of only some of them.
 */
async function attempt(at: Followed, path: string, held: HeldFiles): Promise<Compared | Moved> {
  const directory = join(at.profileDir, path);
  const currentStat = await lstat(join(directory, 'CURRENT'), { bigint: true });
  const current = await readCurrent(directory);
  if ('damage' in current) return { is: 'moved', why: current.damage };
  const manifest = await compareManifest(at, path, current.name, held);
  if (manifest.is !== 'manifest') return manifest;

  const looks = blobLooks(at.profileDir, blobsOf(path) ?? `${path}/none`);
  const blobs = freshBlobs(at, held);
  const tables = await openTables(at, manifest, held);
  if ('is' in tables) return tables;
  const before = await looks.look();
  await blobs.open(before, mostOpen - tables.length);
  if (tables.length + blobs.count() >= mostOpen) {
    return groupOf(at, { pieces: [...(await blobs.pieces()), ...tables], isPart: true, held });
  }
  const listed = await listLogs(at, path, manifest, held);
  if ('is' in listed) return listed;
  await blobs.open(await looks.look());
  const moved = await movedSince(directory, manifest);
  if (moved !== undefined) return { is: 'moved', why: moved };
  if (looks.hasGap()) return { is: 'moved', why: 'replaced values while they were read' };
  const logs = await compareLogs(at, path, manifest, listed);
  if (logs.is !== 'logs') return logs;

  const files = [...(await blobs.pieces()), ...tables];
  return wholeGroup(at, path, {
    files,
    before,
    current: { ...current, stat: currentStat },
    manifest,
    listed,
    logs,
    held,
  });
}

/** What an attempt has read of a database. */
interface Attempted {
  /** The new tables and long values. */
  readonly files: readonly Piece[];
  /** The paths of the long values that existed before the logs were read. */
  readonly before: readonly string[];
  readonly current: { readonly name: string; readonly stat: BigIntStats };
  readonly manifest: ComparedManifest;
  readonly listed: readonly ListedLog[];
  readonly logs: ComparedLogs;
  readonly held: HeldFiles;
}

/** The group that leads to the state that an attempt has read. Remembers the files, so that the next look is cheap. */
function wholeGroup(
  at: Followed,
  path: string,
  { files, before, current, manifest, listed, logs, held }: Attempted,
): Compared {
  const summary = summaryOf(current.name, manifest, logs.last);
  const known = at.known.get(`${path}/CURRENT`);
  const isKnown = JSON.stringify(parseSummary(known)) === JSON.stringify(summary);
  const entry: Json = (isKnown ? known : undefined) ?? { ...summary };
  at.seen.remember(entry, current.stat);
  at.seen.remember(manifest.entry, manifest.stat);
  for (const { path: log, stat } of listed) at.seen.remember(logs.entries.get(log) ?? null, stat);
  const there = new Set(before);
  const goneBlobs = [...at.known.keys()].filter((file) => !file.startsWith(`${path}/`) && !there.has(file));
  const edits = manifest.piece === undefined ? [] : [manifest.piece];
  return groupOf(at, {
    pieces: [...files, ...edits, ...currentPiece(at, path, current.name), ...logs.pieces],
    entries: new Map([[`${path}/CURRENT`, entry], [manifest.path, manifest.entry], ...logs.entries]),
    removed: [...manifest.gone, ...logs.gone, ...goneBlobs],
    isPart: false,
    held,
  });
}

async function openTables(
  { profileDir }: Followed,
  { tables }: ComparedManifest,
  held: HeldFiles,
): Promise<readonly Piece[] | Moved> {
  const pieces: Piece[] = [];
  for (const [path, size] of [...tables].slice(0, mostOpen)) {
    const source = await held.open(join(profileDir, path));
    if ((await source.stat()).size !== size) return { is: 'moved', why: `has an incomplete ${path}` };
    pieces.push({ path, begin: 'create', from: 0, to: size, source });
  }
  return pieces;
}

/** Why the manifest no longer describes the logs that were just listed. */
async function movedSince(directory: string, { path, stat, log }: ComparedManifest): Promise<string | undefined> {
  const current = await readCurrent(directory);
  if ('damage' in current || !path.endsWith(`/${current.name}`)) return 'began another manifest';
  const now = await lstat(join(directory, current.name), { bigint: true });
  if (now.ino !== stat.ino || now.birthtimeNs !== stat.birthtimeNs) return 'was created again';
  if (now.size === stat.size && now.mtimeNs === stat.mtimeNs) return undefined;
  const state = await readState(directory);
  if ('damage' in state) return state.damage;
  return state.log === log ? undefined : 'began another log';
}

function summaryOf(manifest: string, { log, sequence }: ComparedManifest, last: bigint | undefined): Summary {
  const latest = last !== undefined && last > sequence ? last : sequence;
  return { manifest, log: Number(log), sequence: Number(sequence), last: Number(latest) };
}

/** The file CURRENT, if the state has none or one that names another manifest. */
function currentPiece({ known }: Followed, path: string, name: string): readonly Piece[] {
  if (parseSummary(known.get(`${path}/CURRENT`))?.manifest === name) return [];
  const source = Buffer.from(`${name}\n`);
  return [{ path: `${path}/CURRENT`, begin: 'create', from: 0, to: source.length, source }];
}

interface GroupParts {
  readonly pieces: readonly Piece[];
  readonly entries?: ReadonlyMap<string, Json>;
  readonly removed?: readonly string[];
  readonly isPart: boolean;
  readonly held: HeldFiles;
}

function groupOf(at: Followed, { pieces, entries = new Map(), removed = [], isPart, held }: GroupParts): Compared {
  const all = new Map<string, Json>();
  // Of a table or a long value, the size tells all: its content never changes.
  for (const { path, to } of pieces) all.set(path, { size: to });
  for (const [path, entry] of entries) all.set(path, entry);
  for (const [path, entry] of all) if (at.known.get(path) === entry) all.delete(path);
  if (all.size === 0 && removed.length === 0) return { is: 'unchanged' };
  return { is: 'group', entries: all, removed, isPart, steps: () => stepsOf(pieces, removed, at), close: held.close };
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await lstat(path)) !== undefined;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
