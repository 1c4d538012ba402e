import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTrouble, isFileError, realFiles, takeLock, thisPlatform } from '@wakey/host';
import { levelDbFile, levelDbsIn } from './leveldb.js';
import { scanLog } from './leveldb-log.js';
import { bytesOf, type KeptEntry, openRegular, walkKept } from './walk.js';

/**
 * Takes away what a killed browser has left unfinished at the end of its logs, and gives the paths of those it shortened.
 * To be called before every start of a browser on a profile.
 *
 * LevelDB ignores such an end when it opens a database, but Chromium's goes on writing right behind it. From the next start
 * on that is a damaged record in the middle of the log: what was written behind it, up to 32 KiB, cannot be read, and
 * where Chromium finds the rest to contradict itself it deletes every database of the site. So one kill at the wrong moment
 * can end the login two starts later. Nothing that LevelDB would read is taken away; a log that is damaged
 * already stays as it is, and so does a database that a browser has open after all: its own lock is taken meanwhile. May be
 * interrupted and repeated. Rejects with `session-unreadable` or `sessions-dir-unusable`.
 */
export async function trimLogs(profileDir: string): Promise<readonly string[]> {
  try {
    const entries: KeptEntry[] = [];
    for await (const entry of walkKept(profileDir)) entries.push(entry);
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

/** Manifests have the format of logs, and are written on as they are. */
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
