import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cookie, WakeyError } from '@wakey/core';
import {
  boundedFiles,
  fileTrouble,
  makePrivateDirectory,
  openPrivately,
  realFiles,
  thisPlatform,
  unlessAbsent,
  writeOnce,
} from '@wakey/host';
import type { Op } from '../bridge/operations.js';
import { type Entry, FORMAT, type Header, LaterFormat } from './entry.js';
import { currentName, JOURNAL, journalNames, SEAL_KEY } from './files.js';
import { entriesOf, isWorth, partsOf, readJournal, writeDraft } from './journal-file.js';
import { DamagedLine } from './lines.js';
import { noted } from './open-writers.js';
import { rewriteAsItGrows } from './rewriting.js';
import { openWriter, type Writer } from './writer.js';
import { writtenByLater } from './written-by-later.js';

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
 * most of it is about records that are gone; later too, while the browser runs. Rejects with `session-unreadable` and `sessions-dir-unusable`.
 */
export async function openJournal(
  profileDir: string,
  onFailed: (error: unknown) => void,
  { small = 4 * 1024 * 1024 }: OpenJournalOptions = {},
): Promise<Journal> {
  try {
    const disk = { files: boundedFiles(realFiles), platform: thisPlatform };
    const directory = join(profileDir, JOURNAL);
    await makePrivateDirectory(profileDir, JOURNAL);
    const found = await currentName(profileDir);
    const sealKey = await readSealKey(profileDir, found === undefined);
    const name = found ?? (await begin(directory, undefined, NEW, noEntries()));
    const old = await readJournal(join(directory, name));
    const header: Header = { wakey: FORMAT, commits: old.commits };
    const used = isWorth(old, small)
      ? await begin(directory, name, header, entriesOf(join(directory, name), old))
      : name;
    await removeOthers(profileDir, used);
    const path = join(directory, used);
    const { live, size } = used === name ? old : await readJournal(path);
    // A later line must not continue one that a killed process wrote half.
    await truncate(path, size);
    const file = await openPrivately(disk, path, constants.O_WRONLY | constants.O_APPEND);
    const writer = openWriter(file, { onFailed });
    const rewriting = rewriteAsItGrows({ directory, name: used, writer, size, live: live.bytes(), small });
    return {
      sealKey,
      cookies: live.cookies(),
      origins: live.origins(),
      parts: (origin) => partsOf(path, live, origin),
      writer: noted(profileDir, {
        ...writer,
        async close() {
          const stopped = rewriting.stop();
          await writer.close().finally(() => stopped);
        },
      }),
    };
  } catch (error) {
    if (error instanceof WakeyError) throw error;
    if (error instanceof LaterFormat) throw writtenByLater(profileDir, error);
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

const NEW: Header = { wakey: FORMAT, commits: 0 };

async function* noEntries(): AsyncGenerator<Entry> {
  // A new profile stores nothing.
}

async function begin(...[directory, ...rest]: Parameters<typeof writeDraft>): Promise<string> {
  const { name, file, publish } = await writeDraft(directory, ...rest);
  await file.close();
  await publish();
  return name;
}

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
