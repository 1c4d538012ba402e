import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ClassicLevel } from 'classic-level';

/** The path of the page's database in a profile. */
export const pageDatabase = 'Default/IndexedDB/https_site_0.indexeddb.leveldb';

/** Fills an empty directory with a profile as a browser leaves it, with databases that LevelDB and SQLite have written. */
export async function fillProfile(profile: string): Promise<void> {
  const page = await openLevel(join(profile, pageDatabase));
  for (let round = 0; round < 39; round += 1) await writeRound(page, round);
  // The database has one log, and no table that LevelDB is about to delete.
  await page.compactRange('', '~');
  await writeRound(page, 39);
  await page.close();
  const local = await openLevel(join(profile, 'Default/Local Storage/leveldb'));
  await local.put('key', 'value');
  await local.close();
  const cookies = new DatabaseSync(join(profile, 'Default/Cookies'));
  cookies.exec('CREATE TABLE cookies (name, value)');
  cookies.close();
  for (const [path, text] of Object.entries({
    'Local State': '{}',
    'Default/Preferences': '{}',
    'Default/Cache/index': 'cached',
    'Default/IndexedDB/https_site_0.indexeddb.blob/1/00/1': 'a long value',
  })) {
    await mkdir(join(profile, path, '..'), { recursive: true });
    await writeFile(join(profile, path), text);
  }
}

/** Opens a LevelDB that begins a new table and a new log after so many bytes: every few rounds. */
export async function openLevel(directory: string, writeBufferSize = 64 * 1024): Promise<ClassicLevel> {
  await mkdir(directory, { recursive: true });
  const level = new ClassicLevel(directory, { writeBufferSize, maxFileSize: 64 * 1024 });
  await level.open();
  return level;
}

/** One transaction of many keys. */
export async function writeRound(level: ClassicLevel, round: number): Promise<void> {
  const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(2_000))).toString('base64');
  const rows = Array.from({ length: 4 }, (_, index) => ({
    type: 'put' as const,
    key: `row-${(round * 4 + index) % 64}`,
    value: noise,
  }));
  const ends = ['a-first', 'z-last'].map((key) => ({ type: 'put' as const, key, value: String(round) }));
  await level.batch([...rows, ...ends]);
}
