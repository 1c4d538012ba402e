import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileError } from '../workspace/files.js';
import { fileTrouble } from '../workspace/trouble.js';
import { levelDbFile, levelDbsIn } from './leveldb.js';
import { scanLog } from './leveldb-log.js';
import { bytesOf, type KeptEntry, openRegular, walkKept } from './walk.js';

/**
 * Takes away what a killed browser has left unfinished at the end of its logs, and gives the paths of those it shortened.
 * To be called before every start of a browser on a profile, while none runs.
 *
 * LevelDB ignores such an end when it opens a database, but Chromium then goes on writing behind it. From the next start
 * on that is a damaged record in the middle of a log, for which Chromium deletes all of a site's databases: one kill at the
 * wrong moment would end the login two starts later. Nothing that LevelDB would read is taken away; a log that is damaged
 * already stays as it is. May be interrupted and repeated. Rejects with `session-unreadable` or `sessions-dir-unusable`.
 */
export async function trimLogs(profileDir: string): Promise<readonly string[]> {
  try {
    const entries: KeptEntry[] = [];
    for await (const entry of walkKept(profileDir)) entries.push(entry);
    const trimmed: string[] = [];
    for (const directory of levelDbsIn(entries)) {
      for (const name of await readdir(join(profileDir, directory))) {
        if (!isLog(name)) continue;
        if (await trim(join(profileDir, directory, name))) trimmed.push(`${directory}/${name}`);
      }
    }
    return trimmed;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return []; // No profile: nothing to trim.
    throw fileTrouble('session-unreadable', 'trim the logs of the profile in', profileDir, error);
  }
}

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
