import { type FileHandle, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bytesIn,
  bytesOf,
  isFileError,
  makePrivateDirectory,
  openRegular,
  shareImmutable,
  writePrivately,
} from '@wakey/host';
import { type CopyPlaces, checked } from './copy-still.js';
import { damagedProfile, seenIn } from './damaged-profile.js';
import { type LevelDbFile, levelDbFile, readState } from './leveldb.js';
import { scanLog } from './leveldb-log.js';
import type { LevelDbState } from './leveldb-manifest.js';
import type { Patience } from './patience.js';
import { blobTaker } from './take-blobs.js';

/**
 * Copies the LevelDB in the directory `path` while a browser writes to it. The copy has the state that the database had
 * at one moment during the call, as if the browser had been killed at that moment, without the record that the browser
 * was just writing. The copy relies on these rules of LevelDB:
 *
 * 1. The manifest only grows, so the first bytes of it, up to the end of any edit, describe a state. The tables of a
 *    state never change; the copy takes them first.
 * 2. A log only grows until LevelDB creates the next one, and LevelDB deletes a log only after the manifest names a later
 *    one. So of the logs in one directory listing, all but the last are complete, and the last holds all writes so far.
 *    The copy takes no log that LevelDB created after the listing, because it could lack a log before that one.
 * 3. If the manifest still names the same oldest log once the logs are open, LevelDB deleted no log of the state before
 *    the listing. The copy can read an open log to its end even after LevelDB deletes the log.
 * 4. The files of long values are beside the database. The copy takes them right before and right after it reads the
 *    sizes of the logs.
 *
 * If a check of these rules fails, the function copies again. Rejects as `patience` does, and with `session-unreadable` if two
 * readings meet the same damage in logs that nothing has changed in between.
 */
export async function copyLevelDb(places: CopyPlaces, path: string, patience: Patience): Promise<void> {
  const blobs = blobTaker(places, path.replace(/\.leveldb$/, '.blob'), patience);
  const taken = new Set<bigint>();
  let manifestWas: bigint | undefined;
  let damagedIn: string | undefined;
  for (;;) {
    try {
      const moved = await attempt();
      if (moved === undefined) return;
      const { why, damagedIn: here } = typeof moved === 'string' ? { why: moved } : moved;
      if (here !== undefined && here === damagedIn) throw damagedProfile(places.from, `"${path}" ${why}`);
      damagedIn = here;
      await patience.wait(`"${path}" ${why}`);
    } catch (error) {
      if (!isFileError(error, 'ENOENT')) throw error;
      if (await isGone(places, path)) return rm(join(places.into, path), { recursive: true, force: true });
      await patience.wait(`a file of "${path}" disappeared`);
    }
  }

  async function attempt(): Promise<string | Damage | undefined> {
    const from = join(places.from, path);
    const into = join(places.into, path);
    await makePrivateDirectory(places.into, path);
    const state = await readState(from);
    if ('damage' in state) return state.damage;
    const { ino } = await lstat(join(from, state.manifest), { bigint: true });
    // The manifest is another file: a new database has replaced the former one, and its files have the same names.
    if (manifestWas !== undefined && manifestWas !== ino) {
      for (const { name } of filesOf(await readdir(into))) await rm(join(into, name));
      taken.clear();
    }
    manifestWas = ino;
    if (!(await takeTables(from, into, state))) return 'dropped a table';
    await blobs.take();

    const logs = await openLogs(from, state.log);
    try {
      // The copy has the state of this moment.
      const stats = await Promise.all(logs.map(({ handle }) => handle.stat({ bigint: true })));
      await blobs.take();
      const now = await readState(from);
      if ('damage' in now) return now.damage;
      if ((await lstat(join(from, now.manifest), { bigint: true })).ino !== ino) return 'was created again';
      const isSame = now.log === state.log && (state.log === 0n || logs[0]?.number === state.log);
      if (!isSame) return 'began another log';
      if (blobs.hasMissed()) return 'replaced values while they were copied';
      for (const [index, log] of logs.entries()) {
        const why = await copyLog(log, Number(stats[index]?.size ?? 0), log === logs.at(-1));
        if (typeof why === 'object')
          return { why: `has a damaged ${log.name}: ${why.damage}`, damagedIn: seenIn(stats) };
        if (why !== undefined) return why;
      }
    } finally {
      for (const { handle } of logs) await handle.close();
    }

    await removeOthers(into, new Set([...state.tables.keys(), ...logs.map(({ number }) => number)]));
    const manifest = bytesOf(await openRegular(join(from, state.manifest)), state.bytes);
    await writePrivately(places.into, `${path}/${state.manifest}`, manifest);
    await writePrivately(places.into, `${path}/CURRENT`, textOf(`${state.manifest}\n`));
    return undefined;
  }

  /** Copies the tables that no earlier attempt copied. Returns whether all of them still existed. */
  async function takeTables(from: string, into: string, { tables }: LevelDbState): Promise<boolean> {
    const files = filesOf(await readdir(from)).filter(({ kind, number }) => kind === 'table' && tables.has(number));
    for (const { name, number } of files) {
      patience.check();
      if (taken.has(number)) continue;
      if ((await shareImmutable(join(from, name), join(into, name))) === 'gone') return false;
      taken.add(number);
    }
    return [...tables.keys()].every((number) => taken.has(number));
  }

  /**
   * Copies the complete records in the first `size` bytes of a log. Returns why not: the log is damaged, or it is not the
   * last log and ends with an incomplete record.
   */
  async function copyLog(
    { name, handle }: OpenLog,
    size: number,
    isLast: boolean,
  ): Promise<string | { readonly damage: string } | undefined> {
    const { complete, damage } = await scanLog(checked(bytesIn(handle, size), patience));
    if (damage !== undefined) return { damage };
    if (!isLast && size !== complete) return `had an incomplete ${name}`;
    await writePrivately(places.into, `${path}/${name}`, checked(bytesIn(handle, complete), patience));
    return undefined;
  }
}

/** Damage, and the files in which it was found: see `seenIn`. */
interface Damage {
  readonly why: string;
  readonly damagedIn: string;
}

type NamedFile = LevelDbFile & { readonly name: string };

type OpenLog = NamedFile & { readonly handle: FileHandle };

/** Lists the logs from number `oldest` on, then opens them. Rejects with `ENOENT` if a log disappears in between. */
async function openLogs(directory: string, oldest: bigint): Promise<readonly OpenLog[]> {
  const names = filesOf(await readdir(directory)).filter(({ kind, number }) => kind === 'log' && number >= oldest);
  const open: OpenLog[] = [];
  try {
    for (const log of names) open.push({ ...log, handle: await openRegular(join(directory, log.name)) });
    return open;
  } catch (error) {
    for (const { handle } of open) await handle.close();
    throw error;
  }
}

/** The files of a LevelDB, the oldest first. */
function filesOf(names: readonly string[]): readonly NamedFile[] {
  return names
    .flatMap((name) => {
      const file = levelDbFile(name);
      return file === undefined ? [] : [{ ...file, name }];
    })
    .sort((one, other) => (one.number < other.number ? -1 : 1));
}

/** Removes files that a failed attempt copied and that the state of the successful attempt does not contain. */
async function removeOthers(into: string, needed: ReadonlySet<bigint>): Promise<void> {
  for (const { name, number } of filesOf(await readdir(into))) if (!needed.has(number)) await rm(join(into, name));
}

/**
 * Whether a directory holds no database any more: the directory is gone, or LevelDB has not finished creating a
 * database.
 */
async function isGone({ from }: CopyPlaces, path: string): Promise<boolean> {
  try {
    const names = await readdir(join(from, path));
    return !names.includes('CURRENT') && filesOf(names).every(({ kind }) => kind === 'manifest');
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return true;
    throw error;
  }
}

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
