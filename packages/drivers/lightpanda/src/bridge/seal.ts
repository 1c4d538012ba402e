/// <reference lib="dom" />
import { fromBase64 } from './codec.js';

/** Seals the material of keys with the key of the session. */
export interface Sealer {
  seal(material: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /** Rejects with an `OperationError` if the bytes were sealed with another key, or were changed. */
  open(sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** AES-256-GCM with a new nonce of 12 bytes in front of each sealed text. `key`: 32 bytes as base64. Runs in the page. */
export function openSealer(key: string): Sealer {
  const { subtle } = crypto;
  const { encrypt, decrypt, importKey } = SubtleCrypto.prototype;
  const imported: Promise<CryptoKey> = importKey.call(subtle, 'raw', fromBase64(key), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
  return {
    async seal(material) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed: ArrayBuffer = await encrypt.call(subtle, { name: 'AES-GCM', iv }, await imported, material);
      const bytes = new Uint8Array(iv.length + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), iv.length);
      return bytes;
    },
    async open(sealed) {
      const iv = sealed.slice(0, 12);
      return new Uint8Array(await decrypt.call(subtle, { name: 'AES-GCM', iv }, await imported, sealed.slice(12)));
    },
  };
}
