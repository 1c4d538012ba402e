import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelSignal, WakeyError } from '@wakey/core';
import { type Clock, fileTrouble, quoted } from '@wakey/host';
import { copyLevelDb } from './copy-leveldb.js';
import { copyStill } from './copy-still.js';
import { inspectProfile } from './inspect-profile.js';
import { levelDbsIn } from './leveldb.js';
import { type Patience, patienceOf } from './patience.js';
import { type KeptEntry, notRegular, walkKept } from './walk.js';

/** How a copy is made. */
export interface CopyLiveOptions {
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  /** How long it may be tried, in ms. @default 30_000 */
  readonly timeout?: number;
}

/**
 * Copies what is kept of a profile into the empty directory `into` while the browser writes: each database as it stood at
 * one moment during the call, as a browser that was killed at that moment would have left it. Directories get mode 0700 and
 * files 0600. Tables of LevelDB, which never change, are the same files under a second name where the disk allows it:
 * nothing of the copy may be written to. Not flushed to the disk.
 *
 * Rejects with `timeout` where the profile never held still enough, with `aborted`, with `session-unreadable` where it is
 * damaged or cannot be read, and with `sessions-dir-unusable`. After that, what is in `into` is no copy: remove it.
 */
export async function copyLiveProfile(
  profileDir: string,
  into: string,
  { clock, signal, timeout = 30_000 }: CopyLiveOptions,
): Promise<void> {
  const patience = patienceOf({ clock, signal, timeout });
  const places = { from: profileDir, into };
  try {
    if ((await readdir(into)).length > 0) throw notEmpty(into);
    const entries = await entriesOf(profileDir, patience);
    const databases = levelDbsIn(entries);
    const isOfDatabase = (path: string): boolean => databases.includes(path.slice(0, path.lastIndexOf('/')));
    const others = entries.filter(({ path, kind }) => kind === 'file' && !isOfDatabase(path) && !isBlob(path));
    for (const path of databases) await copyLevelDb(places, path, patience);
    for (const group of groupsOf(others)) await copyStill(places, group, patience);

    const found = await inspectProfile(into);
    if (found.is === 'damaged') throw damaged(profileDir, found.why);
  } catch (error) {
    throw fileTrouble('session-unreadable', 'copy the profile in', profileDir, error);
  }
}

async function entriesOf(profileDir: string, patience: Patience): Promise<readonly KeptEntry[]> {
  const entries: KeptEntry[] = [];
  for await (const entry of walkKept(profileDir)) {
    patience.check();
    if (entry.kind === 'other') throw notRegular(join(profileDir, entry.path));
    entries.push(entry);
  }
  return entries;
}

/** The files in which IndexedDB keeps long values go with its database. */
function isBlob(path: string): boolean {
  return /(^|\/)[^/]*indexeddb\.blob\//.test(path);
}

/** Files that must be of one moment: a database with its journal and its write-ahead log. All others stand alone. */
function groupsOf(files: readonly KeptEntry[]): readonly (readonly string[])[] {
  const bases = new Set(files.map(({ path }) => path.replace(/-(journal|wal)$/, '')));
  return [...bases].map((base) => [base, `${base}-journal`, `${base}-wal`]);
}

function notEmpty(into: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The directory ${quoted(into)} is not empty.`,
    todo: 'Copy a profile into an empty one.',
    details: { path: into },
  });
}

function damaged(profileDir: string, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile in ${quoted(profileDir)} is damaged: ${why}.`,
    todo: 'Stop the session; what is stored of it stays as it is.',
    details: { path: profileDir },
  });
}
