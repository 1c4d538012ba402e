import { createHash } from 'node:crypto';
import { type FileHandle, isNatural, isObject } from '@wakey/host';
import { blocksOf, LOG_BLOCK } from '../leveldb-log.js';

/** The first bytes of a file that only grows, such that a longer file can be compared with them. */
export interface Growth {
  readonly size: number;
  /** A SHA-256 over the SHA-256 of the blocks before and the next block, for each whole block of 32 KiB. */
  readonly blocks: string;
  /** The same with the rest of the bytes. */
  readonly digest: string;
  /** How many bytes of an unfinished record the file has behind these bytes, if a killed browser left one. */
  readonly torn: number;
}

/**
 * The first `size` bytes of a file. If its first bytes are known to be those of `known`, the function reads only the last
 * block of these and the bytes behind them.
 */
export async function growthOf(handle: FileHandle, size: number, known?: Growth): Promise<Growth> {
  let blocks = known?.blocks ?? '';
  let at = blockOf(known?.size ?? 0);
  let rest: Uint8Array = new Uint8Array();
  for await (const block of blocksOf(bytesBetween(handle, at, size))) {
    at += block.length;
    if (block.length === LOG_BLOCK) blocks = digestOf(blocks, block);
    else rest = block;
  }
  return { size: at, blocks, digest: digestOf(blocks, rest), torn: 0 };
}

/**
 * Whether a file begins with the known bytes. The function reads all of them, but only the last block of them if it is the
 * same file as before, to which a browser only appends.
 */
export async function beginsWith(handle: FileHandle, known: Growth, isSameFile: boolean): Promise<boolean> {
  const found = await growthOf(handle, known.size, isSameFile ? known : undefined);
  return found.size === known.size && found.blocks === known.blocks && found.digest === known.digest;
}

/**
 * Whether the known bytes are all complete records of a file that begins with them: `complete` of its `size` bytes. The rest is
 * an unfinished record. If the known file has an unfinished record too, it is the same one when both are as long.
 */
export function isWhole(known: Growth | undefined, complete: number, size: number): boolean {
  return known?.size === complete && (known.torn === 0 || known.torn === size - complete);
}

/** Parses a value of a state; `undefined` if it describes no such file. */
export function parseGrowth(value: unknown): Growth | undefined {
  if (!isObject(value)) return undefined;
  const { size, blocks, digest, torn } = value;
  if (!isNatural(size) || !isNatural(torn)) return undefined;
  return typeof blocks === 'string' && typeof digest === 'string' ? { size, blocks, digest, torn } : undefined;
}

/** The bytes of an open file from one offset to another, or to the end of the file; in pieces of at most 256 KiB. */
export async function* bytesBetween(handle: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    const chunk = new Uint8Array(Math.min(256 * 1024, to - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Where the block begins to which the byte before the offset belongs, or a new block if that byte ends one. */
export function blockOf(offset: number): number {
  return offset - (offset % LOG_BLOCK);
}

function digestOf(before: string, bytes: Uint8Array): string {
  return createHash('sha256').update(before).update(bytes).digest('hex');
}
