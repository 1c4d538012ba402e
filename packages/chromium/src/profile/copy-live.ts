import { readdir } from 'node:fs/promises';
import { type CopyLiveOptions, WakeyError } from '@wakey/core';
import { fileTrouble, quoted } from '@wakey/host';
import { copyLevelDb } from './copy-leveldb.js';
import { copyStill } from './copy-still.js';
import { damagedProfile } from './damaged-profile.js';
import { inspectProfile } from './inspect-profile.js';
import { patienceOf } from './patience.js';
import { entriesOf, groupsOf, unitsOf } from './units.js';

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
    const { databases, others } = unitsOf(await entriesOf(profileDir, patience.check));
    for (const path of databases) await copyLevelDb(places, path, patience);
    for (const group of groupsOf(others)) await copyStill(places, group, patience);

    const found = await inspectProfile(into);
    if (found.is === 'damaged') throw damagedProfile(profileDir, found.why);
  } catch (error) {
    throw fileTrouble('session-unreadable', 'copy the profile in', profileDir, error);
  }
}

function notEmpty(into: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `The directory ${quoted(into)} is not empty.`,
    hint: 'Copy the profile into an empty directory.',
    details: { path: into },
  });
}
