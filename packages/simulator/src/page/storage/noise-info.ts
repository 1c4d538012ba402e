import { decodeB64, encodeB64, randomBytes, utf8 } from '../bytes.ts';
import { openDatabase } from './database.ts';

/** A key pair, both keys as bytes. */
export interface KeyPair {
  readonly pubKey: ArrayBuffer;
  readonly privKey: ArrayBuffer;
}

/** The device's noise key and its recovery token. */
export interface NoiseInfo {
  readonly staticKeyPair: KeyPair;
  readonly recoveryToken: ArrayBuffer;
}

const infoKey = 'WANoiseInfo';
const ivKey = 'WANoiseInfoIv';
const saltKey = 'WebEncKeySalt';

/** Whether a noise key exists, even if it cannot be decrypted. */
export function hasNoiseInfo(): boolean {
  return localStorage.getItem(infoKey) !== null;
}

/** Creates and stores a noise key, encrypted with a key that cannot leave the browser. */
export async function createNoiseInfo(staticKeyPair: KeyPair): Promise<NoiseInfo> {
  const info = { staticKeyPair, recoveryToken: randomBytes(16).buffer };
  localStorage.setItem(saltKey, encodeB64(randomBytes(32)));
  const key = await sealingKey(true);
  if (key === undefined) throw new Error('The browser could not create the key that encrypts the noise key.');
  const ivs = [randomBytes(16), randomBytes(16), randomBytes(16)] as const;
  const seal = async (iv: Uint8Array<ArrayBuffer>, plain: ArrayBuffer): Promise<string> =>
    encodeB64(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, plain));
  const sealed = {
    privKey: await seal(ivs[0], staticKeyPair.privKey),
    pubKey: await seal(ivs[1], staticKeyPair.pubKey),
    recoveryToken: await seal(ivs[2], info.recoveryToken),
  };
  localStorage.setItem(infoKey, JSON.stringify(sealed));
  localStorage.setItem(ivKey, JSON.stringify(ivs.map(encodeB64)));
  return info;
}

/** Decrypts the noise key; returns null if a part of it is missing or the parts do not match. */
export async function readNoiseInfo(): Promise<NoiseInfo | null> {
  const sealed = readJson(infoKey) as Record<'privKey' | 'pubKey' | 'recoveryToken', string> | null;
  const ivs = readJson(ivKey) as readonly string[] | null;
  const key = await sealingKey(false);
  const [first, second, third] = ivs ?? [];
  if (sealed === null || key === undefined || !first || !second || !third) return null;
  const open = (iv: string, text: string): Promise<ArrayBuffer> =>
    crypto.subtle.decrypt({ name: 'AES-CBC', iv: decodeB64(iv) }, key, decodeB64(text));
  try {
    const privKey = await open(first, sealed.privKey);
    const pubKey = await open(second, sealed.pubKey);
    return { staticKeyPair: { privKey, pubKey }, recoveryToken: await open(third, sealed.recoveryToken) };
  } catch {
    // The noise key was encrypted with another key, as in a profile that was assembled from parts.
    return null;
  }
}

/** Derives the AES key from a CryptoKey in IndexedDB that cannot be exported, and a salt in localStorage. */
async function sealingKey(mayCreate: boolean): Promise<CryptoKey | undefined> {
  const salt = localStorage.getItem(saltKey);
  const database = await openDatabase('wawc_db_enc');
  const kept = (await database.get('keys', 1)) as { readonly key: CryptoKey } | undefined;
  if (salt === null || (kept === undefined && !mayCreate)) return undefined;
  const base = kept?.key ?? (await crypto.subtle.importKey('raw', randomBytes(32), 'HKDF', false, ['deriveKey']));
  if (kept === undefined) await database.put('keys', { id: 1, key: base, createdAt: Date.now() });
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: decodeB64(salt), info: utf8('WANoiseInfo') };
  return crypto.subtle.deriveKey(parameters, base, { name: 'AES-CBC', length: 256 }, false, ['encrypt', 'decrypt']);
}

function readJson(key: string): unknown {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // A damaged value counts as missing.
    return null;
  }
}
