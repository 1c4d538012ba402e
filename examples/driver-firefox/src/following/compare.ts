import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, ProfileStep } from '@wakey/core';
import { type FileHandle, isNatural, isObject, openRegular, type Sightings, unlessAbsent, walkKept } from '@wakey/host';
import { firefoxParts } from '../parts.ts';
import { type Block, type FileEntry, readBlocks, readChanged } from './blocks.ts';
import { readWal, type WalEntry } from './write-ahead-log.ts';

/** The files of a state. */
export type Entries = Readonly<Record<string, Json>>;

/** A profile that is compared with a state. */
export interface Compared {
  readonly profileDir: string;
  readonly known: Entries;
  readonly seen: Sightings;
  /** What was read of large files before. It counts for a file that has not changed since. */
  readonly drafts?: ReadonlyMap<string, FileEntry>;
  /** Throws if the comparison must end. */
  readonly check: () => void;
}

/** What a comparison found. */
export interface Difference {
  readonly files: Entries;
  /** How many transactions of the page's databases are new, at least; 0 only if none is. */
  readonly commits: number;
}

/** Files with their sizes and times, by their paths. */
export type Files = ReadonlyMap<string, BigIntStats>;

/** The files of a profile that a backup contains. */
export async function filesOf(profileDir: string): Promise<Files> {
  const paths: string[] = [];
  for await (const { path, kind } of walkKept(firefoxParts, profileDir)) if (kind !== 'directory') paths.push(path);
  const stats = await Promise.all(paths.map((path) => unlessAbsent(lstat(join(profileDir, path), { bigint: true }))));
  const found = new Map<string, BigIntStats>();
  for (const [index, path] of paths.entries()) {
    const stat = stats[index];
    // Without one, Firefox has removed the file since.
    if (stat !== undefined) found.set(path, stat);
  }
  return found;
}

/** Whether the sizes and times of all files are those of the last comparison, so that nobody needs to read them. */
export function areUnchanged(files: Files, { known, seen }: Compared): boolean {
  if (files.size !== Object.keys(known).length) return false;
  for (const [path, stat] of files) if (!seen.isUnchanged(known[path], stat)) return false;
  return true;
}

/** Compares a profile that nothing changes meanwhile with a state: calls `onStep` with each step to it. */
export async function compare(at: Compared, onStep: OnStep): Promise<Difference> {
  const files: Record<string, Json> = {};
  let commits = 0;
  let isDatabaseChanged = false;
  const stats = await filesOf(at.profileDir);
  for (const [path, stat] of stats) {
    at.check();
    const known = at.known[path];
    let entry = known;
    if (known === undefined || !at.seen.isUnchanged(known, stat)) {
      const handle = await openRegular(join(at.profileDir, path));
      try {
        const file: OpenFile = { path, handle, stat, size: Number(stat.size) };
        const found = await (path.endsWith('-wal') ? compareWal(at, file, onStep) : compareFile(at, file, onStep));
        if (path.includes('/idb/')) {
          commits += found.commits;
          isDatabaseChanged ||= found.isChanged;
        }
        entry = found.isChanged || known === undefined ? found.entry : known;
      } finally {
        await handle.close();
      }
    }
    if (entry === undefined) continue;
    files[path] = entry;
    remember(at, entry, stat);
  }
  for (const path of Object.keys(at.known)) if (!stats.has(path)) onStep({ type: 'remove', path });
  // A log that was moved into its database and begun again no longer has its transactions: count one at least, so that a
  // profile without them is known to lack some.
  return { files, commits: commits === 0 && isDatabaseChanged ? 1 : commits };
}

/**
 * Reads the large files that were quiet for a while, while Firefox runs: a reader that opens no database disturbs nobody. The
 * comparison then only looks whether they changed since, which keeps the stop short.
 */
export async function draft(
  files: Files,
  { profileDir, known, seen, check }: Compared,
): Promise<ReadonlyMap<string, FileEntry>> {
  const drafts = new Map<string, FileEntry>();
  for (const [path, stat] of files) {
    if (path.endsWith('-wal') || stat.size < LARGE || !isQuiet(stat) || seen.isUnchanged(known[path], stat)) continue;
    const handle = await unlessAbsent(openRegular(join(profileDir, path)));
    if (handle === undefined) continue;
    try {
      const entry = await readBlocks(handle, Number(stat.size), { check });
      seen.remember(entry, stat);
      drafts.set(path, entry);
    } finally {
      await handle.close();
    }
  }
  return drafts;
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
  readonly size: number;
}

type OnStep = (step: ProfileStep) => void;

interface Read {
  readonly entry: FileEntry | WalEntry;
  readonly isChanged: boolean;
  readonly commits: number;
}

async function compareWal({ known }: Compared, { path, handle, size }: OpenFile, onStep: OnStep): Promise<Read> {
  const before = walIn(known[path]);
  const { entry, isContinued, bytes, commits } = await readWal(handle, size, before);
  const isChanged = isContinued ? commits > 0 : before === undefined || before.size > 0 || entry.size > 0;
  if (!isChanged) return { entry, isChanged, commits: 0 };
  const from = isContinued ? (before?.size ?? 0) : 0;
  // A copy may have unfinished frames behind the known part.
  onStep(isContinued ? { type: 'truncate', path, size: from } : { type: 'create', path });
  for (let at = 0; at < bytes.length; at += MOST_BYTES) {
    onStep({ type: 'write', path, at: from + at, bytes: bytes.subarray(at, at + MOST_BYTES) });
  }
  return { entry, isChanged, commits };
}

async function compareFile(at: Compared, { path, handle, stat, size }: OpenFile, onStep: OnStep): Promise<Read> {
  const before = fileIn(at.known[path]);
  if (before === undefined) onStep({ type: 'create', path });
  else if (size < before.size) onStep({ type: 'truncate', path, size });
  const onChanged = (block: Block) => onStep({ type: 'write', path, ...block });
  const known = before?.blocks ?? '';
  const drafted = at.drafts?.get(path);
  const isDrafted = drafted !== undefined && at.seen.isUnchanged(drafted, stat);
  const entry = isDrafted ? drafted : await readBlocks(handle, size, { known, onChanged, check: at.check });
  if (isDrafted) await readChanged(handle, { known, entry, onChanged });
  return { entry, isChanged: before?.size !== entry.size || known !== entry.blocks, commits: 0 };
}

function walIn(entry: Json | undefined): WalEntry | undefined {
  if (!isObject(entry) || entry.kind !== 'log') return undefined;
  const { header, size, last } = entry;
  const isOne = typeof header === 'string' && isNatural(size) && typeof last === 'string';
  return isOne ? { kind: 'log', header, size, last } : undefined;
}

function fileIn(entry: Json | undefined): FileEntry | undefined {
  if (!isObject(entry) || entry.kind !== 'file') return undefined;
  const { size, blocks } = entry;
  return isNatural(size) && typeof blocks === 'string' ? { kind: 'file', size, blocks } : undefined;
}

/**
 * A file that changed just before it was read may change again with the same size and time, because file systems count time in
 * ticks: of some ms, or of whole seconds. Its sighting would say nothing.
 */
function remember({ seen }: Compared, entry: Json, stat: BigIntStats): void {
  if (isQuiet(stat)) seen.remember(entry, stat);
}

function isQuiet({ mtimeMs, mtimeNs }: BigIntStats): boolean {
  return Date.now() - Number(mtimeMs) > (mtimeNs % 1_000_000_000n === 0n ? 2_000 : 100);
}

/** Files of this size are read before the stop if they were quiet, in bytes. */
const LARGE = 256 * 1024;
/** The most bytes of one step. */
const MOST_BYTES = 1024 * 1024;
