import { Buffer } from 'node:buffer';
import { damaged } from './bundle-trouble.js';

/**
 * The seal behind a bundle that Wakey wrote: the SHA-256 of all bytes before it, in a "skippable frame", which every
 * zstd decoder skips. The checksums inside prove the files, but some bits of zstd can flip without changing any file,
 * and Wakey must notice a disk that flips bits. A bundle made by hand has no seal.
 */
export function seal(digest: Uint8Array): Uint8Array {
  return Buffer.concat([head, digest]);
}

/** Length of a seal. */
export const sealBytes = 40;

/** Whether `tail`, all bytes behind the frame with that digest, is its seal. False if nothing follows the frame. */
export function isSeal(tail: Uint8Array, digest: Uint8Array): boolean {
  if (tail.length === 0) return false;
  if (tail.length !== sealBytes || !head.equals(tail.subarray(0, head.length)))
    throw damaged('something follows its end');
  if (!seal(digest).every((byte, at) => byte === tail[at])) throw damaged('its bytes do not match its seal');
  return true;
}

/** The magic number of one of the skippable frames, and the length of a SHA-256. */
const head = Buffer.of(0x57, 0x2a, 0x4d, 0x18, 32, 0, 0, 0);
