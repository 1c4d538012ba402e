import { Buffer } from 'node:buffer';
import { damaged } from './bundle-trouble.js';

/**
 * Passes the bytes on while they are one whole frame of zstd and nothing else; throws `bundle-damaged` otherwise. Node's
 * decoder ends at the end of the first frame and is silent on whatever follows; and it passes over reserved bits.
 * The blocks themselves are left to the decoder.
 */
export async function* oneZstdFrame(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const frame = partsOfFrame();
  let part = frame.next();
  let left = part.done === true ? 0 : part.value.bytes;
  let held: Uint8Array[] = [];
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      if (part.done === true) throw damaged('something follows its end');
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
    yield chunk;
  }
  if (part.done !== true) throw damaged('it is cut off');
}

/** The next so many bytes: to be read here, or the decoder's alone. */
interface Part {
  readonly bytes: number;
  readonly isRead: boolean;
}

/** The layout of a frame, RFC 8878 §3.1.1. Asks for its parts one by one and is given the bytes of those to be read. */
function* partsOfFrame(): Generator<Part, void, Buffer> {
  const start = yield { bytes: 5, isRead: true };
  if (start.readUInt32LE() !== 0xfd2fb528) throw damaged('it does not begin as zstd does');
  const descriptor = start.readUInt8(4);
  if ((descriptor & 0b0001_1000) !== 0) throw damaged('its zstd header has bits set that mean nothing');
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
