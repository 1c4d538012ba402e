import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isMetadata, WakeyError } from '@wakey/core';
import {
  type Disk,
  type FileHandle,
  isFileError,
  isNatural,
  isObject,
  openToRead,
  parsedJson,
  readText,
  unlessAbsent,
  writeAtomically,
} from '@wakey/host';
import type { Call } from './call.js';
import { damaged } from './trouble.js';

/** The directory with the generations of one session: `<directory>/<id>/bundles/`. */
export interface Shelf {
  readonly disk: Disk;
  readonly id: string;
  readonly path: string;
}

/**
 * The label of a generation: the file `<generation>.json` beside the bytes. A write creates it last: a generation
 * exists once it has a label.
 */
export interface Label {
  readonly version: 1;
  readonly id: string;
  readonly generation: number;
  readonly size: number;
  readonly sha256: string;
  readonly fence: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** When the quarantine ends, in ms since 1970. Only on the label of a generation in quarantine. */
  readonly until?: number;
}

/**
 * The greatest fence and generation of a session so far: the file `fence.json`, which stays when all generations are
 * removed.
 */
export interface Watermark {
  /** The greatest fence seen. */
  readonly fence: number;
  /** The greatest generation that ever existed: the store uses no number twice. */
  readonly generation: number;
}

/** The file with the bytes of a generation. */
export function bundlePath(shelf: Shelf, generation: number): string {
  return join(shelf.path, `${generation}.bundle`);
}

/** The file with the label of a generation. */
export function labelPath(shelf: Shelf, generation: number): string {
  return join(shelf.path, `${generation}.json`);
}

/** The file with the label of a generation in quarantine. The bytes stay in `<generation>.bundle`. */
export function asidePath(shelf: Shelf, generation: number): string {
  return join(shelf.path, `${generation}.quarantined.json`);
}

/** All generations of a session, the newest first. Empty if the directory does not exist. */
export async function generationsOn(shelf: Shelf): Promise<readonly number[]> {
  return numbersOn(shelf, /^([1-9]\d{0,14})\.json$/);
}

/**
 * The generations in quarantine, the newest first. After a crash during a move to quarantine there may be an older one
 * too.
 */
export async function generationsAside(shelf: Shelf): Promise<readonly number[]> {
  return numbersOn(shelf, /^([1-9]\d{0,14})\.quarantined\.json$/);
}

/** The numbers that the first group of the pattern finds in the names of the files, the greatest first. */
export async function numbersOn(shelf: Shelf, pattern: RegExp): Promise<readonly number[]> {
  const names = (await unlessAbsent(shelf.disk.files.readdir(shelf.path))) ?? [];
  const numbers = names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => b - a);
}

/**
 * The label of a generation; `undefined` if it does not exist (any more). Throws `store-unreadable` if the label is
 * damaged.
 */
export async function readLabel(
  shelf: Shelf,
  generation: number,
  path = labelPath(shelf, generation),
): Promise<Label | undefined> {
  const text = await readText(shelf.disk, path).catch((error: unknown) => {
    throw isFileError(error, 'NOTAFILE') ? damaged(path, 'it is not a file') : error;
  });
  if (text === undefined) return undefined;
  const label = parsedLabel(text);
  if (label === undefined) throw damaged(path, 'it does not describe a backup');
  if (label.generation !== generation) throw damaged(path, `it describes backup ${label.generation}`);
  if (label.id !== shelf.id) throw sameName(shelf, label.id, path);
  return label;
}

/** Writes the label of a generation, with a checksum of the label: a wrong label is worse than none. */
export function writeLabel(shelf: Shelf, label: Label, path = labelPath(shelf, label.generation)): Promise<void> {
  const text = `${JSON.stringify({ ...label, checksum: checksumOf(label) })}\n`;
  return writeAtomically(shelf.disk, path, text);
}

/** The checksum of a label, over its fields in this fixed order. */
function checksumOf({ version, id, generation, size, sha256, fence, metadata, until }: Label): string {
  const text = JSON.stringify({ version, id, generation, size, sha256, fence, metadata, until });
  return createHash('sha256').update(text).digest('hex');
}

/** Reads all bytes of a generation. Returns what is wrong with them, or `undefined` if they match the label. */
export async function findDamage(
  shelf: Shelf,
  label: Pick<Label, 'generation' | 'size' | 'sha256'>,
  call: Call,
  path = bundlePath(shelf, label.generation),
): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await unlessAbsent(openToRead(shelf.disk, path));
    if (handle === undefined) return 'its bytes are missing';
    const size = (await handle.stat()).size;
    if (size !== label.size) return `it has ${size} bytes instead of ${label.size}`;
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < size; ) {
      call.check();
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
      if (bytesRead === 0) return `it ends after ${at} bytes`;
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest('hex') === label.sha256 ? undefined : 'its checksum is wrong';
  } catch (error) {
    // A directory, a pipe or a device is at the path of the bundle.
    if (isFileError(error, 'EISDIR', 'NOTAFILE')) return 'it is not a file';
    throw error;
  } finally {
    await handle?.close();
  }
}

/** How much the store reads at a time, in bytes. */
export const CHUNK = 256 * 1024;

/**
 * The watermark, from `fence.json` and the newest label. Throws `store-unreadable` if the file is damaged: a fence of 0
 * would let any former holder write.
 */
export async function readWatermark(shelf: Shelf): Promise<Watermark> {
  const kept = await readKeptWatermark(shelf);
  const newest = (await generationsOn(shelf))[0] ?? 0;
  // The newest label has the greatest fence of all labels. A damaged label tells no fence; it does not stop the next
  // write.
  const label = newest === 0 ? undefined : await labelIfIntact(shelf, newest);
  if (label !== undefined && label.id !== shelf.id) throw sameName(shelf, label.id, labelPath(shelf, newest));
  return { fence: Math.max(kept.fence, label?.fence ?? 0), generation: Math.max(kept.generation, newest) };
}

/** Writes the watermark. */
export function writeWatermark(shelf: Shelf, { fence, generation }: Watermark): Promise<void> {
  return writeAtomically(shelf.disk, join(shelf.path, 'fence.json'), `${JSON.stringify({ fence, generation })}\n`);
}

async function readKeptWatermark(shelf: Shelf): Promise<Watermark> {
  const path = join(shelf.path, 'fence.json');
  const text = await readText(shelf.disk, path);
  if (text === undefined) return { fence: 0, generation: 0 };
  const value = parsedJson(text);
  if (!isObject(value) || !isNatural(value.fence) || !isNatural(value.generation)) {
    throw damaged(path, 'it does not contain a fence and a generation');
  }
  return { fence: value.fence, generation: value.generation };
}

async function labelIfIntact(shelf: Shelf, generation: number): Promise<Label | undefined> {
  const text = await readText(shelf.disk, labelPath(shelf, generation));
  return text === undefined ? undefined : parsedLabel(text);
}

function parsedLabel(text: string): Label | undefined {
  const value = parsedJson(text);
  if (!isObject(value) || value.version !== 1) return undefined;
  const { id, generation, size, sha256, fence, metadata, until, checksum } = value;
  if (typeof id !== 'string' || typeof sha256 !== 'string' || !isMetadata(metadata)) return undefined;
  if (!isNatural(generation) || !isNatural(size) || !isNatural(fence)) return undefined;
  const aside = isNatural(until) ? { until } : {};
  const label: Label = { version: 1, id, generation, size, sha256, fence, metadata, ...aside };
  // The first versions of Wakey wrote labels without a checksum.
  return checksum === undefined || checksum === checksumOf(label) ? label : undefined;
}

function sameName(shelf: Shelf, other: string, path: string): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Session "${shelf.id}" would have the directory of session "${other}": this disk does not tell upper from lower case.`,
    hint: 'Use a name that differs by more than upper and lower case.',
    details: { path },
  });
}
