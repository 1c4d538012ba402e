import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CopyLiveOptions, WakeyError } from '@wakey/core';
import { fileTrouble, notRegular, quoted, type TreeEntry, walkKept } from '@wakey/host';
import { copyLevelDb } from './copy-leveldb.js';
import { copyStill } from './copy-still.js';
import { inspectProfile } from './inspect-profile.js';
import { levelDbsIn } from './leveldb.js';
import { profileParts } from './parts.js';
import { type Patience, patienceOf } from './patience.js';

/**
 * Copies the files of a profile that belong in a backup into the empty directory `into`, while the browser writes to
 * the profile. Each database in the copy has the state that it had at one moment during the call, as if the browser had
 * been killed at that moment. Directories get mode 0700 and files 0600. LevelDB never changes its tables, so the copy
 * holds them as hard links where the disk allows it: do not write to the copy. The copy is not flushed to the disk.
 *
 * Rejects with `timeout` if the profile kept changing too quickly, with `aborted`, with `session-unreadable` if the
 * profile is damaged or cannot be read, and with `sessions-dir-unusable`. After a failure `into` holds no usable copy:
 * remove it.
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

async function entriesOf(profileDir: string, patience: Patience): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of walkKept(profileParts, profileDir)) {
    patience.check();
    if (entry.kind === 'other') throw notRegular(join(profileDir, entry.path));
    entries.push(entry);
  }
  return entries;
}

/** Whether IndexedDB keeps a long value in this file. `copyLevelDb` copies such files together with their database. */
function isBlob(path: string): boolean {
  return /(^|\/)[^/]*indexeddb\.blob\//.test(path);
}

/** Groups of files whose copies must be of one moment: an SQLite database, its journal and its write-ahead log. */
function groupsOf(files: readonly TreeEntry[]): readonly (readonly string[])[] {
  const bases = new Set(files.map(({ path }) => path.replace(/-(journal|wal)$/, '')));
  return [...bases].map((base) => [base, `${base}-journal`, `${base}-wal`]);
}

function notEmpty(into: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The directory ${quoted(into)} is not empty.`,
    hint: 'Copy the profile into an empty directory.',
    details: { path: into },
  });
}

function damaged(profileDir: string, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile in ${quoted(profileDir)} is damaged: ${why}.`,
    hint: 'Stop the session and start it again, which restores a backup if there is one. The backups are unchanged.',
    details: { path: profileDir },
  });
}
