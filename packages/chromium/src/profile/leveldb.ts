import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bytesOf,
  isFileError,
  isLocked,
  openRegular,
  realFiles,
  type TreeEntry,
  thisPlatform,
  unlessAbsent,
} from '@wakey/host';
import { type OnRecord, scanLog } from './leveldb-log.js';
import { type LevelDbState, type ReadManifest, readManifest } from './leveldb-manifest.js';

/** The kind and number in the name of a LevelDB file. */
export interface LevelDbFile {
  readonly kind: 'table' | 'log' | 'manifest';
  readonly number: bigint;
}

/** Parses a file name as LevelDB does; `undefined` for other files in the directory. */
export function levelDbFile(name: string): LevelDbFile | undefined {
  const [, digits, ending] = /^(\d{1,19})\.(ldb|sst|log)$/.exec(name) ?? [];
  if (digits !== undefined) return { kind: ending === 'log' ? 'log' : 'table', number: BigInt(digits) };
  const [, manifest] = /^MANIFEST-(\d{1,19})$/.exec(name) ?? [];
  return manifest === undefined ? undefined : { kind: 'manifest', number: BigInt(manifest) };
}

/** The directories of a profile that hold a LevelDB, complete or not. */
export function levelDbsIn(entries: readonly TreeEntry[]): readonly string[] {
  const holds = ({ path, kind }: TreeEntry): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return kind !== 'directory' && (name === 'CURRENT' || levelDbFile(name) !== undefined);
  };
  return [...new Set(entries.filter(holds).map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
}

/** The manifest that CURRENT names, or the reason why CURRENT names none. */
export async function readCurrent(directory: string): Promise<{ readonly name: string } | { readonly damage: string }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(await openRegular(join(directory, 'CURRENT')), 64)) chunks.push(chunk);
  const [, name] = /^(MANIFEST-\d{1,19})\n$/.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
  return name === undefined ? { damage: 'CURRENT names no manifest' } : { name };
}

/** The state that the manifest of a LevelDB describes now. */
export async function readState(
  directory: string,
): Promise<(LevelDbState & { readonly manifest: string }) | { readonly damage: string }> {
  const current = await readCurrent(directory);
  if ('damage' in current) return current;
  const read = await manifestOf(join(directory, current.name));
  return 'damage' in read
    ? { damage: `${current.name} is damaged: ${read.damage}` }
    : { ...read, manifest: current.name };
}

/** Whether a process has the database open: it holds LevelDB's own lock. */
export async function isHeld(directory: string): Promise<boolean> {
  const path = join(directory, 'LOCK');
  const found = await unlessAbsent(lstat(path));
  return found?.isFile() === true && isLocked({ files: realFiles, platform: thisPlatform }, path);
}

/** Why LevelDB would not read a write-ahead log to its end; `undefined` if it would. */
export async function logDamage(path: string, record: OnRecord): Promise<string | undefined> {
  return (await scanLog(bytesOf(await openRegular(path)), record)).damage;
}

/** Every table file ends with these bytes. */
const footer = Buffer.from('57fb808b247547db', 'hex');

/** Why a table is damaged: its size differs from the manifest, or it has no footer. `undefined` if the table is intact. */
export async function tableDamage(path: string, size: bigint): Promise<string | undefined> {
  const handle = await openRegular(path);
  try {
    const { size: found } = await handle.stat({ bigint: true });
    if (found !== size) return `is ${found} bytes long, not ${size}`;
    const end = Buffer.alloc(footer.length);
    if (size >= footer.length) await handle.read(end, 0, end.length, Number(size) - footer.length);
    return end.equals(footer) ? undefined : 'does not end with the footer of a table';
  } finally {
    await handle.close();
  }
}

async function manifestOf(path: string): Promise<ReadManifest> {
  try {
    return await readManifest(bytesOf(await openRegular(path)));
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return { damage: 'it is missing' };
    throw error;
  }
}
