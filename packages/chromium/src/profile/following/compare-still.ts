import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, ProfileStep } from '@wakey/core';
import { bytesOf, isFileError, isObject, openRegular, readingAborted } from '@wakey/host';
import { LOCAL_STATE, localStateOf } from '../local-state.js';
import type { Compared, Followed } from './group.js';

/** The content of a file that is compared whole; `undefined` for no file. */
type Content = { readonly size: number; readonly sha256: string } | undefined;

/**
 * Compares files whose copies must be of one moment. The steps read the files a second time: if both readings are equal, as
 * `copyStill` requires, the content is of one moment. Otherwise the steps begin again, so a group may create a file twice.
 */
export async function compareStill(at: Followed, paths: readonly string[]): Promise<Compared> {
  const stats = await statsOf(at, paths);
  const isUnchanged = (path: string): boolean => {
    const [entry, stat] = [at.known.get(path), stats.get(path)];
    return stat === undefined ? entry === undefined : at.seen.isUnchanged(entry, stat);
  };
  if (paths.every(isUnchanged)) return { is: 'unchanged' };
  const first = new Map<string, Content>();
  for (const path of paths) first.set(path, await contentOf(at, path));
  if (paths.every((path) => isSame(first.get(path), contentIn(at.known.get(path))))) {
    for (const path of paths) remember(at, at.known.get(path), stats.get(path));
    return { is: 'unchanged' };
  }
  const conclusion: Conclusion = { entries: new Map(), removed: [] };
  conclude(at, first, conclusion);
  return {
    is: 'group',
    ...conclusion,
    isPart: false,
    async *steps() {
      conclude(at, yield* secondReading(at, paths, first), conclusion);
    },
    close: async () => undefined,
  };
}

/** Yields the changed files until two readings of all files are equal. Returns the content of that time. */
async function* secondReading(
  at: Followed,
  paths: readonly string[],
  first: ReadonlyMap<string, Content>,
): AsyncGenerator<ProfileStep, ReadonlyMap<string, Content>> {
  const told = new Set<string>();
  for (let was = first; ; ) {
    const is = new Map<string, Content>();
    for (const path of paths) {
      if (!isSame(was.get(path), contentIn(at.known.get(path)))) told.add(path);
      is.set(path, told.has(path) ? yield* tellWhole(at, path) : await contentOf(at, path));
    }
    if (paths.every((path) => isSame(was.get(path), is.get(path)))) return is;
    was = is;
    await at.patience.wait(`"${paths[0]}" kept changing`);
  }
}

async function* tellWhole(at: Followed, path: string): AsyncGenerator<ProfileStep, Content> {
  const bytes = await open(at, path);
  if (bytes === undefined) {
    yield { type: 'remove', path };
    return undefined;
  }
  yield { type: 'create', path };
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    if (at.signal?.aborted === true) throw readingAborted(at.signal);
    yield { type: 'write', path, at: size, bytes: chunk };
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

async function contentOf(at: Followed, path: string): Promise<Content> {
  const bytes = await open(at, path);
  if (bytes === undefined) return undefined;
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    at.patience.check();
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The bytes of a file as a backup contains them; `undefined` for no file. */
async function open({ profileDir }: Followed, path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    const place = join(profileDir, path);
    return path === LOCAL_STATE ? inPieces(await localStateOf(place)) : bytesOf(await openRegular(place));
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1024 ** 2) yield bytes.subarray(at, at + 1024 ** 2);
}

interface Conclusion {
  readonly entries: Map<string, Json>;
  readonly removed: string[];
}

/** Sets the entries of the files that differ from the known ones. */
function conclude({ known }: Followed, is: ReadonlyMap<string, Content>, { entries, removed }: Conclusion): void {
  entries.clear();
  removed.length = 0;
  for (const [path, content] of is) {
    if (isSame(content, contentIn(known.get(path)))) continue;
    if (content === undefined) removed.push(path);
    else entries.set(path, content);
  }
}

function contentIn(entry: Json | undefined): Content {
  if (!isObject(entry) || typeof entry.size !== 'number' || typeof entry.sha256 !== 'string') return undefined;
  return { size: entry.size, sha256: entry.sha256 };
}

function isSame(one: Content, other: Content): boolean {
  return one?.size === other?.size && one?.sha256 === other?.sha256;
}

async function statsOf({ profileDir }: Followed, paths: readonly string[]): Promise<ReadonlyMap<string, BigIntStats>> {
  const found = new Map<string, BigIntStats>();
  for (const path of paths) {
    try {
      found.set(path, await lstat(join(profileDir, path), { bigint: true }));
    } catch (error) {
      if (!isFileError(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }
  return found;
}

/**
 * Some file systems count the time of a change in whole seconds. A file that changed just before it was read may change again
 * with the same size and time, so its sighting would say nothing.
 */
function remember({ now, seen }: Followed, entry: Json | undefined, stat: BigIntStats | undefined): void {
  if (entry === undefined || stat === undefined || now === undefined) return;
  if (now - Number(stat.mtimeMs) > 2_000) seen.remember(entry, stat);
}
