import { randomBytes, utf8 } from '../bytes.ts';
import { openDatabase } from '../storage/database.ts';

/** An encrypted value as the page stores it. */
export interface Box {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly box: ArrayBuffer;
}

/** Encrypts and decrypts the rows with a key that cannot leave the browser. */
export interface RowKey {
  seal(value: unknown): Promise<Box>;
  /** Rejects if the row was encrypted with another key. */
  open(box: Box): Promise<unknown>;
}

const place = 2;

/** Reads the key, or creates it if there is none. */
export async function openRowKey(): Promise<RowKey> {
  const database = await openDatabase('wawc_db_enc');
  const kept = (await database.get('keys', place)) as { readonly key: CryptoKey } | undefined;
  const parameters = { name: 'AES-GCM', length: 256 };
  const key = kept?.key ?? (await crypto.subtle.generateKey(parameters, false, ['encrypt', 'decrypt']));
  if (kept === undefined) await database.put('keys', { id: place, key, createdAt: Date.now() });
  return {
    async seal(value) {
      const iv = randomBytes(12);
      return { iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8(JSON.stringify(value))) };
    },
    async open({ iv, box }) {
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box);
      return JSON.parse(new TextDecoder().decode(plain));
    },
  };
}
