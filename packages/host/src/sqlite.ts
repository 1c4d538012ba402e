import { stat } from 'node:fs/promises';
import { unlessAbsent } from './files.js';
import { openRegular } from './regular-files.js';

const magic = 'SQLite format 3\0';

/** Whether the bytes at the beginning of a file are those of an SQLite database. */
export function isSqlite(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic;
}

/**
 * Why a file cannot be the SQLite database that it has to be; `undefined` if no damage was found. An empty file is an
 * empty database. A change that its journal or write-ahead log will repair is no damage.
 */
export async function sqliteDamage(path: string): Promise<string | undefined> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    if (size === 0) return undefined;
    const head = Buffer.alloc(100);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (bytesRead < head.length || !isSqlite(head)) return 'is not an SQLite database';
    const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
    if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return 'has an impossible page size';
    // The count of pages is valid only if the last change wrote it, and a journal may still change it.
    const isCountValid = head.readUInt32BE(24) === head.readUInt32BE(92);
    if (isCountValid && size < head.readUInt32BE(28) * pageSize && !(await hasJournal(path))) return 'is cut off';
    return undefined;
  } finally {
    await handle.close();
  }
}

async function hasJournal(path: string): Promise<boolean> {
  for (const ending of ['-journal', '-wal']) {
    if (((await unlessAbsent(stat(path + ending)))?.size ?? 0) > 0) return true;
  }
  return false;
}
