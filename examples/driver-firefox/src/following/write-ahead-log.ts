import type { FileHandle } from '@wakey/host';

/**
 * The committed part of a write-ahead log of SQLite, as `WalEntry` of a state. A log begins with a header, which holds two random
 * numbers ("salts"), and then has one frame for each page that a transaction wrote. SQLite appends frames, and the last frame of a
 * transaction says so. Once all pages are in the database, SQLite begins the log again: with new salts, over the old frames.
 */
export type WalEntry = {
  readonly kind: 'log';
  /** The header, as hex; empty for a log without a transaction. */
  readonly header: string;
  /** Where the last transaction ends. What follows is unfinished or old, and SQLite ignores it. */
  readonly size: number;
  /** The header of the last frame, as hex. It contains a checksum over everything before. */
  readonly last: string;
};

/** A log that was read, and what it holds beyond the known part. */
export interface WalRead {
  readonly entry: WalEntry;
  /** Whether the known part still begins the log. If not, `bytes` are the whole log. */
  readonly isContinued: boolean;
  readonly bytes: Uint8Array;
  /** How many transactions are in `bytes`. */
  readonly commits: number;
}

const none: WalEntry = Object.freeze({ kind: 'log', header: '', size: 0, last: '' });
const HEADER = 32;
const FRAME = 24;

/** Reads what a log of this size holds beyond the known part. */
export async function readWal(handle: FileHandle, size: number, known: WalEntry = none): Promise<WalRead> {
  const header = await bytesAt(handle, 0, HEADER);
  if (header.length < HEADER) return { entry: none, isContinued: false, bytes: new Uint8Array(), commits: 0 };
  const frame = FRAME + header.readUInt32BE(8);
  const isContinued =
    known.header === header.toString('hex') && (await lastAt(handle, known.size - frame)) === known.last;
  const from = isContinued ? known.size : 0;
  const bytes = await bytesAt(handle, from, size - from);
  const salts = header.subarray(16, 24);
  let [end, commits, last] = [isContinued ? 0 : HEADER, 0, known.last];
  for (let at = end; at + frame <= bytes.length; at += frame) {
    if (!bytes.subarray(at + 8, at + 16).equals(salts)) break;
    // Only the last frame of a transaction names the size of the database.
    if (bytes.readUInt32BE(at + 4) === 0) continue;
    end = at + frame;
    commits += 1;
    last = bytes.toString('hex', at, at + FRAME);
  }
  if (!isContinued && commits === 0) return { entry: none, isContinued: false, bytes: new Uint8Array(), commits: 0 };
  const entry: WalEntry = { kind: 'log', header: header.toString('hex'), size: from + end, last };
  return { entry, isContinued, bytes: bytes.subarray(0, end), commits };
}

async function lastAt(handle: FileHandle, at: number): Promise<string> {
  return at < HEADER ? '' : (await bytesAt(handle, at, FRAME)).toString('hex');
}

/** At most `length` bytes of a file. */
async function bytesAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, length));
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
