/** Bytes as base64. */
export function encodeB64(bytes: ArrayBuffer | Uint8Array): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let text = '';
  for (const byte of view) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Base64 as bytes. Throws when it is not base64. */
export function decodeB64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Bytes as base64url without padding. */
export function encodeB64Url(bytes: ArrayBuffer | Uint8Array): string {
  return encodeB64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Base64url as bytes. */
export function decodeB64Url(text: string): Uint8Array<ArrayBuffer> {
  return decodeB64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** Text as bytes of UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Bytes that nobody can guess. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}
