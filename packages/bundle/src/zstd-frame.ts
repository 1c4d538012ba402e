import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { damaged, encrypted } from './bundle-trouble.js';
import { isSeal, sealBytes } from './seal.js';

/**
 * Passes on the zstd frame in `bytes`, and reports at its end whether the frame is sealed. Throws `bundle-damaged`
 * unless `bytes` is one whole frame with nothing but a seal behind it. The check is needed because Node's decoder stops
 * silently after the first frame, whatever follows, and ignores reserved bits. The decoder checks the blocks
 * themselves.
 */
export async function* oneZstdFrame(
  bytes: AsyncIterable<Uint8Array>,
  tell: (end: { readonly isSealed: boolean }) => void,
): AsyncIterable<Uint8Array> {
  const frame = partsOfFrame();
  const digest = createHash('sha256');
  let part = frame.next();
  let left = part.done === true ? 0 : part.value.bytes;
  let held: Uint8Array[] = [];
  let tail = Buffer.alloc(0);
  for await (const chunk of bytes) {
    let at = 0;
    while (at < chunk.length && part.done !== true) {
      const piece = chunk.subarray(at, at + left);
      if (part.value.isRead) held.push(piece);
      at += piece.length;
      left -= piece.length;
      while (left === 0 && part.done !== true) {
        part = frame.next(Buffer.concat(held));
        held = [];
        left = part.done === true ? 0 : part.value.bytes;
      }
    }
    const own = chunk.subarray(0, at);
    digest.update(own);
    if (own.length > 0) yield own;
    // One byte more than a seal suffices to see that the tail is no seal.
    tail = Buffer.concat([tail, chunk.subarray(at)]).subarray(0, sealBytes + 1);
  }
  if (part.done !== true) throw damaged('it is cut off');
  tell({ isSealed: isSeal(tail, digest.digest()) });
}

/**
 * How many bytes the content has, as the header of a zstd frame says; `undefined` if it does not say so. Nothing has checked
 * the number.
 */
export function contentSizeOf(frame: Uint8Array): number | undefined {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bytes.length < MOST_HEADER) return undefined;
  const descriptor = bytes.readUInt8(4);
  const isOneSegment = (descriptor & 0b0010_0000) !== 0;
  const at = 5 + Number(!isOneSegment) + ([0, 1, 2, 4][descriptor & 0b11] ?? 0);
  const width = descriptor >> 6;
  if (width === 0) return isOneSegment ? bytes.readUInt8(at) : undefined;
  if (width === 1) return bytes.readUInt16LE(at) + 256;
  return width === 2 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at));
}

/** The most bytes of a header, RFC 8878 §3.1.1.1. */
const MOST_HEADER = 18;

/** The first bytes of a file that age encrypted, in binary and in text form. */
const AGE: ReadonlySet<string> = new Set(['age-e', '-----']);

/** The next bytes of the frame, which are parsed here or only passed on to the decoder. */
interface Part {
  readonly bytes: number;
  readonly isRead: boolean;
}

/**
 * The layout of a frame, RFC 8878 §3.1.1. Yields its parts one by one, and receives the bytes of the parts that it
 * parses.
 */
function* partsOfFrame(): Generator<Part, void, Buffer> {
  const start = yield { bytes: 5, isRead: true };
  if (AGE.has(start.toString('latin1'))) throw encrypted();
  if (start.readUInt32LE() !== 0xfd2fb528) throw damaged('it does not begin as a zstd file does');
  const descriptor = start.readUInt8(4);
  if ((descriptor & 0b0001_1000) !== 0) throw damaged('its zstd header sets reserved bits');
  const isOneSegment = (descriptor & 0b0010_0000) !== 0;
  const contentSize = descriptor >> 6 === 0 ? Number(isOneSegment) : 1 << (descriptor >> 6);
  const dictionaryId = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
  yield { bytes: Number(!isOneSegment) + dictionaryId + contentSize, isRead: false };
  for (;;) {
    const header = (yield { bytes: 3, isRead: true }).readUIntLE(0, 3);
    const isRepeated = ((header >> 1) & 0b11) === 1;
    yield { bytes: isRepeated ? 1 : header >> 3, isRead: false };
    if ((header & 1) === 1) break;
  }
  if ((descriptor & 0b100) !== 0) yield { bytes: 4, isRead: false };
}
