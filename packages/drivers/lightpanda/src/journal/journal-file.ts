import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { boundedFiles, openPrivately, realFiles, syncDirectory, thisPlatform } from '@wakey/host';
import type { Op } from '../bridge/operations.js';
import { type Entry, entryOf, type Header, headerOf, isCommit, repeated } from './entry.js';
import { nextName } from './files.js';
import { DamagedLine, lineOf, linesIn } from './lines.js';
import { type Live, openLive } from './live.js';

/** What a journal file contains. */
export interface Contents {
  readonly live: Live;
  /** How many commits pages have made since the profile was new. */
  readonly commits: number;
  /** In bytes, without a torn last line. */
  readonly size: number;
}

/** Reads a journal file up to the offset `to`, and keeps no value of a record in memory. Throws `DamagedLine`. */
export async function readJournal(path: string, to?: number): Promise<Contents> {
  const live = openLive();
  let commits: number | undefined;
  let size = 0;
  for await (const { text, end } of linesIn(path, { to })) {
    if (commits === undefined) commits = headerOf(text).commits;
    else {
      live.add(entryOf(text), Buffer.byteLength(text));
      if (isCommit(text)) commits += 1;
    }
    size = end;
  }
  if (commits === undefined) throw new DamagedLine('the first line is missing');
  return { live, commits, size };
}

/** Whether a rewritten file would be much smaller. */
export function isWorth({ live, size }: Contents, small: number): boolean {
  return size > 2 * live.bytes() + small;
}

/** All that is still stored, as the lines of a new file. */
export async function* entriesOf(path: string, { live, size }: Contents): AsyncGenerator<Entry> {
  if (live.cookies().length > 0) yield { cookies: live.cookies() };
  for (const origin of live.origins()) {
    for await (const ops of partsOf(path, live, origin, size)) yield { origin, ops };
  }
}

/** A journal file that is being written under a name that no reader looks at. */
export interface Draft {
  readonly name: string;
  readonly file: Awaited<ReturnType<typeof openPrivately>>;
  /** Renames the file to `name`. Call this once all lines are on the disk. If the call rejects, the file may have that name all the same. */
  publish(): Promise<void>;
  remove(): Promise<void>;
}

/** Begins the file that replaces the file `before`. Adds the lines to it; the draft removes itself if that fails. */
export async function writeDraft(
  directory: string,
  before: string | undefined,
  header: Header,
  entries: AsyncIterable<Entry>,
): Promise<Draft> {
  const disk = { files: boundedFiles(realFiles), platform: thisPlatform };
  const name = nextName(before);
  const path = join(directory, `.${name}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;
  const file = await openPrivately(disk, path, flags);
  const remove = async () => {
    await file.close();
    await rm(path, { force: true });
  };
  try {
    await file.appendFile(lineOf(JSON.stringify(header)));
    for await (const entry of entries) await file.appendFile(lineOf(repeated(entry)));
    await file.sync();
  } catch (error) {
    await remove();
    throw error;
  }
  const publish = async () => {
    await rename(path, join(directory, name));
    await syncDirectory(disk, directory);
  };
  return { name, file, publish, remove };
}

/** Reads through the file once more and returns what is still stored, frame first. */
export async function* partsOf(path: string, live: Live, origin: string, to?: number): AsyncGenerator<readonly Op[]> {
  yield live.frame(origin);
  const { records } = live.again(origin);
  let part: Op[] = [];
  let size = 0;
  let isHeader = true;
  for await (const { text } of linesIn(path, { to })) {
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
