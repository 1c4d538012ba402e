import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** The key of the segments of one generation. The sealed label of the generation holds it. */
export type SegmentKey = Buffer;

/** A new random key. Each generation has its own, so a segment opens only behind the generation to which it belongs. */
export function newSegmentKey(): SegmentKey {
  return randomBytes(KEY);
}

/** The key that a label holds as text. `undefined` for another text. */
export function segmentKeyOf(text: string): SegmentKey | undefined {
  const key = Buffer.from(text, 'base64');
  return key.length === KEY ? key : undefined;
}

/** The place of a segment, which its encryption authenticates. */
export interface SegmentPlace {
  readonly id: string;
  readonly number: number;
  /**
   * The SHA-256 of the sealed segment before it, '' for the first one. So a segment opens only behind the very segments behind
   * which it was sealed, and not behind others that had the same numbers earlier.
   */
  readonly previous: string;
}

/** How many bytes the encryption adds to a segment. */
export const SEALING = 28;

/** Encrypts a segment: a random nonce of 12 bytes, the AES-256-GCM of the bytes, and its tag of 16 bytes. */
export function sealSegment(bytes: Uint8Array, key: SegmentKey, place: SegmentPlace): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG }).setAAD(textOf(place));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts a segment. `undefined` if its bytes were changed, or if it belongs to another place. */
export function openSegment(sealed: Uint8Array, key: SegmentKey, place: SegmentPlace): Buffer | undefined {
  if (sealed.length < SEALING) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(textOf(place)).setAuthTag(sealed.subarray(-TAG));
  const bytes = decipher.update(sealed.subarray(NONCE, -TAG));
  try {
    decipher.final();
    return bytes;
  } catch {
    // The authentication tag does not match. Node throws no other error here.
    return undefined;
  }
}

/** The SHA-256 of a sealed segment, which the place of the next segment names. */
export function sumOf(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('hex');
}

function textOf({ id, number, previous }: SegmentPlace): Buffer {
  return Buffer.from(JSON.stringify(['wakey segment', id, number, previous]));
}

const CIPHER = 'aes-256-gcm' as const;
const KEY = 32;
const NONCE = 12;
const TAG = 16;
