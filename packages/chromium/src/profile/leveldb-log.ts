import { crc32c } from './crc32c.js';

/** How the reading of a LevelDB log ended. */
export interface LogScan {
  /** How many bytes the complete records take. An unfinished record can follow; LevelDB ignores it. */
  readonly complete: number;
  /** Why LevelDB would stop reading; absent if it would read to the end. */
  readonly damage?: string;
}

/** The size of the blocks in which LevelDB writes a log. Each block begins with a record or with a part of one. */
export const LOG_BLOCK = 32_768;
/** Receives a record in pieces. `isLast` is set for the last piece of each record. */
export type OnRecord = (piece: Uint8Array, isLast: boolean) => void;

const headerSize = 7;
const [full, first, middle, last] = [1, 2, 3, 4];

/**
 * Reads a file in LevelDB's log format: a write-ahead log or a manifest, in blocks of 32 KiB with records that carry
 * checksums. An unfinished record at the end of the file is no damage. `record` gets the content of each record in
 * pieces, with `isLast` set for the last piece. The bytes of a piece are valid only during that call.
 *
 * With `from`, which is the end of an earlier record in the file, the function reads only the records after it. Then
 * `bytes` begin with the block in which that record ends.
 */
export async function scanLog(
  bytes: AsyncIterable<Uint8Array>,
  record: OnRecord = () => undefined,
  from = 0,
): Promise<LogScan> {
  let complete = from;
  let offset = from - (from % LOG_BLOCK);
  let isOpen = false;
  for await (const block of blocksOf(bytes)) {
    let at = Math.max(0, from - offset);
    while (at + headerSize <= block.length) {
      const view = new DataView(block.buffer, block.byteOffset + at);
      const length = view.getUint16(4, true);
      const type = view.getUint8(6);
      const end = at + headerSize + length;
      // LevelDB reserved this space and never wrote it.
      if (type === 0 && length === 0) break;
      // Only the last block may be shorter: the writer died in it, or has not finished it yet.
      if (end > block.length) {
        if (block.length < LOG_BLOCK) return { complete };
        return { complete, damage: `a record at byte ${offset + at} reaches beyond its block` };
      }
      if (view.getUint32(0, true) !== masked(crc32c(block.subarray(at + 6, end)))) {
        return { complete, damage: `the checksum of the record at byte ${offset + at} is wrong` };
      }
      const isStart = type === full || type === first;
      if ((!isStart && type !== middle && type !== last) || isStart === isOpen) {
        return { complete, damage: `the record at byte ${offset + at} does not follow the one before it` };
      }
      const isEnd = type === full || type === last;
      record(block.subarray(at + headerSize, end), isEnd);
      isOpen = !isEnd;
      at = end;
      if (isEnd) complete = offset + end;
    }
    offset += block.length;
  }
  return { complete };
}

/**
 * LevelDB's masked form of a CRC. LevelDB masks the CRCs that it stores, because a CRC over bytes with CRCs is
 * unreliable.
 */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The bytes in blocks of 32 KiB, the last of which may be shorter. */
export async function* blocksOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(LOG_BLOCK);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + LOG_BLOCK - filled);
      block.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < LOG_BLOCK) continue;
      yield block;
      block = new Uint8Array(LOG_BLOCK);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
