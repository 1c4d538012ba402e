import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cookie, WakeyError } from '@wakey/core';
import {
  boundedFiles,
  fileTrouble,
  makePrivateDirectory,
  openPrivately,
  realFiles,
  syncDirectory,
  thisPlatform,
  unlessAbsent,
  writeOnce,
} from '@wakey/host';
import type { Op } from '../bridge/operations.js';
import { type Entry, entryOf, type Header, headerOf, isCommit, repeated } from './entry.js';
import { currentName, JOURNAL, journalNames, nextName, SEAL_KEY } from './files.js';
import { DamagedLine, lineOf, linesIn } from './lines.js';
import { type Live, openLive } from './live.js';
import { noted } from './open-writers.js';
import { openWriter, type Writer } from './writer.js';

/** The journal of a profile, for one browser: what the last one stored, and what this one stores. */
export interface Journal {
  /** 32 bytes as base64. */
  readonly sealKey: string;
  readonly cookies: readonly Cookie[];
  /** The origins that store something. */
  readonly origins: readonly string[];
  /** The changes that store again what an origin has stored, in parts of about 4 MiB. */
  parts(origin: string): AsyncIterable<readonly Op[]>;
  readonly writer: Writer;
}

/** When a journal is rewritten. */
export interface OpenJournalOptions {
  /** Below this size a journal is never rewritten, in bytes. @default 4 MiB */
  readonly small?: number;
}

/**
 * Opens the journal of a profile, and begins one in a new profile. Cuts off what a killed process wrote half, and rewrites the file if
 * most of it is about records that are gone. Rejects with `session-unreadable` and `sessions-dir-unusable`.
 */
export async function openJournal(
  profileDir: string,
  onFailed: (error: unknown) => void,
  { small = 4 * 1024 * 1024 }: OpenJournalOptions = {},
): Promise<Journal> {
  try {
    const directory = join(profileDir, JOURNAL);
    await makePrivateDirectory(profileDir, JOURNAL);
    const found = await currentName(profileDir);
    const sealKey = await readSealKey(profileDir, found === undefined);
    const name = found ?? (await begin(directory, undefined, NEW, noEntries()));
    const old = await readJournal(join(directory, name));
    const used = isWorth(old, small) ? await compact(directory, name, old) : name;
    await removeOthers(profileDir, used);
    const path = join(directory, used);
    const { live, size } = used === name ? old : await readJournal(path);
    // A later line must not continue one that a killed process wrote half.
    await truncate(path, size);
    return {
      sealKey,
      cookies: live.cookies(),
      origins: live.origins(),
      parts: (origin) => partsOf(path, live, origin),
      writer: noted(profileDir, openWriter(await open(path, 'a', 0o600), { onFailed })),
    };
  } catch (error) {
    if (error instanceof WakeyError) throw error;
    if (error instanceof DamagedLine || !(error instanceof Error && 'code' in error)) {
      throw new WakeyError('session-unreadable', {
        what: `The journal in '${profileDir}' cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        hint: 'Restore a backup of the session.',
        cause: error,
      });
    }
    throw fileTrouble('sessions-dir-unusable', 'open the journal in', profileDir, error);
  }
}

/** What a journal file contains. */
export interface Contents {
  readonly live: Live;
  /** How many commits pages have made since the profile was new. */
  readonly commits: number;
  /** In bytes, without a torn last line. */
  readonly size: number;
}

/** Reads a journal file, and keeps no value of a record in memory. Throws `DamagedLine`. */
export async function readJournal(path: string): Promise<Contents> {
  const live = openLive();
  let commits: number | undefined;
  let size = 0;
  for await (const { text, end } of linesIn(path)) {
    if (commits === undefined) commits = headerOf(text).commits;
    else {
      live.add(entryOf(text), text.length);
      if (isCommit(text)) commits += 1;
    }
    size = end;
  }
  if (commits === undefined) throw new DamagedLine('the first line is missing');
  return { live, commits, size };
}

const NEW: Header = { wakey: 1, commits: 0 };

async function* noEntries(): AsyncGenerator<Entry> {
  // A new profile stores nothing.
}

/** Whether a rewritten file would be much smaller. */
function isWorth({ live, size }: Contents, small: number): boolean {
  return size > 2 * live.bytes() + small;
}

/** Writes a new file with only what is still stored. Returns its name. */
async function compact(directory: string, before: string, { live, commits }: Contents): Promise<string> {
  const path = join(directory, before);
  const entries = async function* (): AsyncGenerator<Entry> {
    if (live.cookies().length > 0) yield { cookies: live.cookies() };
    for (const origin of live.origins()) {
      for await (const ops of partsOf(path, live, origin)) yield { origin, ops };
    }
  };
  return begin(directory, before, { wakey: 1, commits }, entries());
}

/** Writes a new journal file, which appears whole or not at all. */
async function begin(
  directory: string,
  before: string | undefined,
  header: Header,
  entries: AsyncIterable<Entry>,
): Promise<string> {
  const disk = { files: boundedFiles(realFiles), platform: thisPlatform };
  const name = nextName(before);
  const draft = join(directory, `.${name}.tmp`);
  const file = await openPrivately(disk, draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    await file.writeFile(lineOf(JSON.stringify(header)));
    for await (const entry of entries) await file.writeFile(lineOf(repeated(entry)));
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(draft, join(directory, name));
  await syncDirectory(disk, directory);
  return name;
}

/** Reads through the file once more and returns what is still stored, frame first. */
async function* partsOf(path: string, live: Live, origin: string): AsyncGenerator<readonly Op[]> {
  yield live.frame(origin);
  const { records } = live.again(origin);
  let part: Op[] = [];
  let size = 0;
  let isHeader = true;
  for await (const { text } of linesIn(path)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const found = records(entryOf(text));
    if (found.length === 0) continue;
    part.push(...found);
    size += text.length;
    if (size < PART) continue;
    yield part;
    part = [];
    size = 0;
  }
  part.push(...live.generators(origin));
  if (part.length > 0) yield part;
}

/** About the size of one part, in letters of JSON. */
const PART = 4 * 1024 * 1024;

async function readSealKey(profileDir: string, isNew: boolean): Promise<string> {
  const disk = { files: boundedFiles(realFiles), platform: thisPlatform };
  const path = join(profileDir, SEAL_KEY);
  // Another key could not open the keys that the journal contains.
  if (isNew) await writeOnce(disk, path, `${randomBytes(32).toString('base64')}\n`);
  const text = ((await unlessAbsent(readFile(path, 'utf8'))) ?? '').trim();
  if (Buffer.from(text, 'base64').length === 32) return text;
  throw new Error(`${SEAL_KEY} holds no key`);
}

async function removeOthers(profileDir: string, kept: string): Promise<void> {
  const others = (await journalNames(profileDir)).filter((name) => name !== kept);
  for (const name of others) await rm(join(profileDir, JOURNAL, name), { force: true });
}
