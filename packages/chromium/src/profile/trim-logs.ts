import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bytesOf,
  fileTrouble,
  isFileError,
  openRegular,
  realFiles,
  type TreeEntry,
  takeLock,
  thisPlatform,
  walkKept,
} from '@wakey/host';
import { levelDbFile, levelDbsIn } from './leveldb.js';
import { scanLog } from './leveldb-log.js';
import { profileParts } from './parts.js';

/**
 * Removes the unfinished records that a killed browser left at the ends of its databases' logs, and returns the paths
 * of the shortened logs. Call it before every start of a browser on a profile.
 *
 * LevelDB ignores an unfinished record when it opens a database, but Chromium's LevelDB appends new records right
 * behind it. At the next start, the unfinished record is damage in the middle of the log: LevelDB cannot read up to 32
 * KiB behind it, and if Chromium finds the rest inconsistent, it deletes every database of the site. So one kill at the
 * wrong moment can destroy the login two starts later.
 *
 * `trimLogs` removes nothing that LevelDB would read. It does not change a log that is damaged already, nor a database
 * that a browser has open: it takes LevelDB's own lock while it works. The call may be interrupted and repeated.
 * Rejects with `session-unreadable` or `sessions-dir-unusable`.
 */
export async function trimLogs(profileDir: string): Promise<readonly string[]> {
  try {
    const entries: TreeEntry[] = [];
    for await (const entry of walkKept(profileParts, profileDir)) entries.push(entry);
    const trimmed: string[] = [];
    for (const directory of levelDbsIn(entries)) {
      const names = await trimDatabase(join(profileDir, directory));
      trimmed.push(...names.map((name) => `${directory}/${name}`));
    }
    return trimmed;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return []; // No profile: nothing to trim.
    throw fileTrouble('session-unreadable', 'trim the logs of the profile in', profileDir, error);
  }
}

async function trimDatabase(directory: string): Promise<readonly string[]> {
  const lock = await takeLock(disk, join(directory, 'LOCK'));
  if (lock === undefined) return [];
  try {
    const trimmed: string[] = [];
    for (const name of await readdir(directory)) {
      if (isLog(name) && (await trim(join(directory, name)))) trimmed.push(name);
    }
    return trimmed;
  } finally {
    await lock.release();
  }
}

const disk = { files: realFiles, platform: thisPlatform };

/** Whether a file is a write-ahead log or a manifest. LevelDB appends to both, and both have the same format. */
function isLog(name: string): boolean {
  const kind = levelDbFile(name)?.kind;
  return kind === 'log' || kind === 'manifest';
}

async function trim(path: string): Promise<boolean> {
  const handle = await openRegular(path);
  const { size } = await handle.stat();
  const { complete, damage } = await scanLog(bytesOf(handle));
  if (damage !== undefined || complete === size) return false;
  await truncate(path, complete);
  return true;
}
