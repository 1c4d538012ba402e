import { hash } from 'node:crypto';
import { join } from 'node:path';
import { MOST_SEGMENT, type SegmentFacts } from '@wakey/core';
import { type FileHandle, isFileError, openToRead, unlessAbsent } from '@wakey/host';
import { invalid } from './on-shelf.js';
import { asidePath, readLabel, type Shelf } from './shelf.js';
import { damaged } from './trouble.js';

/**
 * The file `<generation>.segments` beside the bytes of a generation: one record for each segment, in their order. A record is
 * a header of 96 bytes, the bytes of the segment, and an end mark of 8 bytes. The header has a mark (8 bytes), the number, the
 * fence and the size (each 8 bytes, little-endian), the SHA-256 of the bytes, and the SHA-256 of all this together with the
 * session id and the SHA-256 of the base: a record that comes from another session or another base does not match.
 */
export function segmentsPath(shelf: Shelf, generation: number): string {
  return join(shelf.path, `${generation}.segments`);
}

/** The base to which segments belong: the session and the SHA-256 of the bytes of the generation. */
export interface Base {
  readonly id: string;
  readonly sha256: string;
}

/** The base of a generation, which may be in quarantine. `undefined` if the generation does not exist. */
export async function baseOf(shelf: Shelf, generation: number): Promise<Base | undefined> {
  return (await readLabel(shelf, generation)) ?? readLabel(shelf, generation, asidePath(shelf, generation));
}

/** Where a record is in its file, and the facts in its header. */
export interface SegmentRecord extends SegmentFacts {
  /** The offset of its header. */
  readonly start: number;
  /** The offset of the record after it. */
  readonly end: number;
}

/** The memory of a record with a copy of the bytes of its segment. `sealRecord` sets the rest. */
export function recordFor(bytes: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER + bytes.byteLength + END.length);
  record.set(bytes, HEADER);
  return record;
}

/** Sets the header and the end mark of a record that has its bytes. */
export function sealRecord(record: Buffer, base: Base, number: number, fence: number): void {
  const bytes = record.subarray(HEADER, record.length - END.length);
  record.set(MARK);
  record.writeBigUInt64LE(BigInt(number), 8);
  record.writeBigUInt64LE(BigInt(fence), 16);
  record.writeBigUInt64LE(BigInt(bytes.length), 24);
  hash('sha256', bytes, 'buffer').copy(record, 32);
  checkOf(base, record).copy(record, 64);
  record.set(END, HEADER + bytes.length);
}

/** The records of segments that are written together with their base, from number 1 on. Closes `segments` when it is closed. */
export function recordsOf(base: Base, fence: number, segments: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    // Not a generator: a generator that waits for its source does not end before the source answers.
    [Symbol.asyncIterator]() {
      const source = segments[Symbol.asyncIterator]();
      let number = 0;
      return {
        async next() {
          const next = await source.next();
          if (next.done === true) return next;
          assertSegment(next.value);
          number += 1;
          const record = recordFor(next.value);
          sealRecord(record, base, number, fence);
          return { done: false, value: record };
        },
        return: async () => (await source.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** Throws `invalid-argument` for what is no segment, or too large. */
export function assertSegment(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw invalid('A segment is a Uint8Array.');
  if (bytes.byteLength > MOST_STORED) {
    throw invalid(`A segment has at most ${MOST_STORED} bytes, and this one has ${bytes.byteLength}.`);
  }
}

/** Opens the segments of a generation. `undefined` if there are none. */
export async function openSegments(shelf: Shelf, generation: number): Promise<FileHandle | undefined> {
  const path = segmentsPath(shelf, generation);
  return unlessAbsent(openToRead(shelf.disk, path)).catch((error: unknown) => {
    throw isFileError(error, 'EISDIR', 'NOTAFILE') ? damaged(path, 'it is not a file') : error;
  });
}

/**
 * The record of segment `number` at offset `start` of a file of `size` bytes, from its header. `undefined` if the file ends there, or if the record is
 * torn: a write that a crash or a full disk cut short leaves a part of a record, or zeros. Throws `store-unreadable` for
 * anything else that is not the record of that segment.
 */
async function recordAt(
  readAt: ReadAt,
  path: string,
  base: Base,
  { number, start, size }: { readonly number: number; readonly start: number; readonly size: number },
): Promise<SegmentRecord | undefined> {
  const header = await readAt(start, HEADER);
  if (header.length < HEADER || header.every((byte) => byte === 0)) return undefined;
  if (!header.subarray(0, 8).equals(MARK) || !checkOf(base, header).equals(header.subarray(64)))
    throw damaged(path, `at segment ${number} there is no segment of this backup`);
  const found = Number(header.readBigUInt64LE(8));
  if (found !== number) throw damaged(path, `segment ${number} is missing, segment ${found} is in its place`);
  const length = Number(header.readBigUInt64LE(24));
  if (length > MOST_STORED) throw damaged(path, `segment ${number} is too large`);
  const end = start + HEADER + length + END.length;
  if (end > size) return undefined;
  // Only the last record can be torn: the store flushes each record before it writes the next.
  if (end === size && !(await readAt(end - END.length, END.length)).equals(END)) return undefined;
  return { number, size: length, sha256: header.toString('hex', 32, 64), start, end };
}

/** The records of a file of `size` bytes, in their order, up to the first torn one. Throws as `recordAt` does. */
export async function* recordsIn(
  readAt: ReadAt,
  path: string,
  base: Base,
  size: number,
): AsyncGenerator<SegmentRecord, void, undefined> {
  for (let number = 1, start = 0; ; number += 1) {
    const record = await recordAt(readAt, path, base, { number, start, size });
    if (record === undefined) return;
    yield record;
    start = record.end;
  }
}

/** The bytes of a record. `undefined` if they do not match its header. */
export async function bytesOfRecord(readAt: ReadAt, record: SegmentRecord): Promise<Buffer | undefined> {
  const bytes = await readAt(record.start + HEADER, record.size);
  return hash('sha256', bytes) === record.sha256 ? bytes : undefined;
}

/** Whether the whole record at offset `start` was read already, so that its next reading does not wait for the disk. */
export function isAtHand({ held }: ReadAt, start: number): boolean {
  const header = held(start, HEADER);
  return header !== undefined && held(start, HEADER + Number(header.readBigUInt64LE(24)) + END.length) !== undefined;
}

function checkOf({ id, sha256 }: Base, header: Buffer): Buffer {
  const place = Buffer.from(JSON.stringify([id, sha256]));
  return hash('sha256', Buffer.concat([place, header.subarray(0, 64)]), 'buffer');
}

/** Reads a file of records. */
export interface ReadAt {
  /** Reads up to `length` bytes from `start` on; fewer if the file ends before. The caller may keep them. */
  (start: number, length: number): Promise<Buffer>;
  /** The same bytes if they were read already; `undefined` if not. */
  readonly held: (start: number, length: number) => Buffer | undefined;
}

/** Reads `ahead` bytes at once, because segments are small and are mostly read one after the other. */
export function readerOf(handle: FileHandle, ahead: number): ReadAt {
  let from = 0;
  let window: Buffer = Buffer.alloc(0);
  const held = (start: number, length: number): Buffer | undefined =>
    start < from || start + length > from + window.length ? undefined : within(start, length);
  const within = (start: number, length: number) => window.subarray(start - from, start - from + length);
  const readAt = async (start: number, length: number): Promise<Buffer> => {
    const found = held(start, length);
    if (found !== undefined) return found;
    // The disk may fail behind the wanted bytes: that concerns only a later segment.
    const wide = length < ahead ? await read(handle, start, ahead).catch(() => undefined) : undefined;
    [from, window] = [start, wide ?? (await read(handle, start, length))];
    return within(start, length);
  };
  return Object.assign(readAt, { held });
}

async function read(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(buffer, at, length - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

/** How much to read at once for the headers of records, in bytes. */
export const FOR_HEADERS = 64 * 1024;
/** How much to read at once for whole records, in bytes. */
export const FOR_RECORDS = 1024 * 1024;

/** The most bytes of a segment here: a store around this one may add some bytes to each segment. */
export const MOST_STORED = MOST_SEGMENT + 1_024;

const HEADER = 96;
const MARK = Buffer.from('wakeyseg');
const END = Buffer.from('wakeyend');
