import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CopyLiveOptions,
  type ProfileFormat,
  type ProfileInspection,
  type ProfilePart,
  WakeyError,
} from '@wakey/core';
import { fileTrouble, isFileError, listKept, readingAborted, unlessAbsent, writePrivately } from '@wakey/host';
import { LaterFormat } from './entry.js';
import { currentName, JOURNAL, SEAL_KEY, wasReplaced } from './files.js';
import { followJournal } from './following.js';
import { readJournal } from './journal-file.js';
import { DamagedLine, linesIn } from './lines.js';
import { untilWritten } from './open-writers.js';
import { writtenByLater } from './written-by-later.js';

/** What a profile consists of: the driver writes all of it, because Lightpanda itself keeps nothing. */
export const parts: readonly ProfilePart[] = [
  { places: [`${JOURNAL}/.*`], is: 'left-out', why: 'A journal that is being written.' },
  { places: [JOURNAL, SEAL_KEY], is: 'kept', why: 'What the pages have stored, and the key that seals their keys.' },
  { places: ['*'], is: 'left-out', why: 'The record of the running browser, and its cache of files from the network.' },
];

/** The profile that the driver of Lightpanda keeps: a journal of all that pages store. */
export const lightpandaProfile: ProfileFormat = Object.freeze({
  name: 'lightpanda',
  // Wakey writes the journal, not the browser.
  anyVersion: true,
  parts,
  inspect,
  list: (profileDir, { signal } = {}) => listKept(parts, profileDir, { signal }),
  copyLive,
  repair,
  reduce: async () => undefined,
  lock: {
    // The driver records the browser in the profile, and ends a left one before it opens the journal.
    read: async () => undefined,
    remove: async () => undefined,
    argument: cacheOf,
  },
  following: followJournal(parts),
} satisfies ProfileFormat);

/**
 * The directory in which a browser on this profile caches files from the network. In the list of processes, this argument shows which
 * profile a browser uses.
 */
export function cacheOf(profileDir: string): string {
  return join(profileDir, 'http-cache');
}

async function inspect(profileDir: string): Promise<ProfileInspection> {
  try {
    const name = await currentName(profileDir);
    if (name === undefined) return { is: 'empty' };
    const key = (await unlessAbsent(readFile(join(profileDir, SEAL_KEY), 'utf8'))) ?? '';
    if (Buffer.from(key, 'base64').length !== 32) return { is: 'damaged', why: `${SEAL_KEY} holds no key` };
    const { live } = await readJournal(join(profileDir, JOURNAL, name));
    return { is: live.isEmpty() ? 'empty' : 'intact' };
  } catch (error) {
    if (error instanceof DamagedLine) return { is: 'damaged', why: `${JOURNAL}: ${error.message}` };
    // Such a profile is whole, so it must not be replaced by a backup.
    if (error instanceof LaterFormat) throw writtenByLater(profileDir, error);
    if (isFileError(error, 'EISDIR', 'ENOTDIR')) return { is: 'damaged', why: `${JOURNAL} is no directory of files` };
    if (error instanceof Error && !('code' in error)) return { is: 'damaged', why: error.message };
    throw fileTrouble('session-unreadable', 'look at the profile in', profileDir, error);
  }
}

/** Copies the whole lines that the journal has at one moment. */
async function copyLive(profileDir: string, into: string, { signal }: CopyLiveOptions): Promise<void> {
  try {
    await untilWritten(profileDir);
    for (;;) {
      if (signal?.aborted === true) throw readingAborted(signal);
      const name = await currentName(profileDir);
      if (name === undefined) return;
      try {
        await writePrivately(into, `${JOURNAL}/${name}`, wholeLines(join(profileDir, JOURNAL, name), signal));
        await writePrivately(into, SEAL_KEY, once(await readFile(join(profileDir, SEAL_KEY))));
        return;
      } catch (error) {
        if (!(await wasReplaced(error, profileDir, name))) throw error;
      }
    }
  } catch (error) {
    if (error instanceof WakeyError) throw error;
    if (error instanceof DamagedLine) throw damaged(profileDir, error);
    throw fileTrouble('session-unreadable', 'copy the profile in', profileDir, error);
  }
}

async function* wholeLines(path: string, signal: CopyLiveOptions['signal']): AsyncGenerator<Uint8Array> {
  const { size: to } = await stat(path);
  for await (const { bytes } of linesIn(path, { to })) {
    if (signal?.aborted === true) throw readingAborted(signal);
    yield bytes;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Removes drafts of journals. `openJournal` itself cuts off a line that was written half. */
async function repair(profileDir: string): Promise<readonly string[]> {
  try {
    const names = (await unlessAbsent(readdir(join(profileDir, JOURNAL)))) ?? [];
    const drafts = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
    for (const name of drafts) await rm(join(profileDir, JOURNAL, name), { force: true });
    return drafts.map((name) => `${JOURNAL}/${name}`);
  } catch (error) {
    throw fileTrouble('session-unreadable', 'look at the profile in', profileDir, error);
  }
}

function damaged(profileDir: string, error: DamagedLine): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The journal in '${profileDir}' is damaged: ${error.message}.`,
    hint: 'Login kept; the next backup is tried on schedule.',
  });
}
