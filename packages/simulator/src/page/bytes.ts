/** Returns bytes as base64. */
export function encodeB64(bytes: ArrayBuffer | Uint8Array): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let text = '';
  for (const byte of view) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Returns base64 as bytes. Throws if the text is not base64. */
export function decodeB64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Returns bytes as base64url without padding. */
export function encodeB64Url(bytes: ArrayBuffer | Uint8Array): string {
  return encodeB64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Returns base64url as bytes. */
export function decodeB64Url(text: string): Uint8Array<ArrayBuffer> {
  return decodeB64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** Returns text as UTF-8 bytes. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Returns cryptographically random bytes. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Returns a random text of hex digits. */
export function randomHex(length: number): string {
  const bytes = randomBytes(Math.ceil(length / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length);
}
