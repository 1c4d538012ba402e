import { decodeB64, encodeB64, randomBytes, utf8 } from '../bytes.ts';
import { openDatabase } from './database.ts';

/** A key pair, both halves as bytes. */
export interface KeyPair {
  readonly pubKey: ArrayBuffer;
  readonly privKey: ArrayBuffer;
}

/** The device's noise key and what goes with it. */
export interface NoiseInfo {
  readonly staticKeyPair: KeyPair;
  readonly recoveryToken: ArrayBuffer;
}

const infoKey = 'WANoiseInfo';
const ivKey = 'WANoiseInfoIv';
const saltKey = 'WebEncKeySalt';

/** Whether there is a noise key at all; whether it can be opened is another question. */
export function hasNoiseInfo(): boolean {
  return localStorage.getItem(infoKey) !== null;
}

/** Makes and keeps a noise key, sealed with a key that cannot leave the browser. */
export async function createNoiseInfo(staticKeyPair: KeyPair): Promise<NoiseInfo> {
  const info = { staticKeyPair, recoveryToken: randomBytes(16).buffer };
  localStorage.setItem(saltKey, encodeB64(randomBytes(32)));
  const key = await sealingKey(true);
  if (key === undefined) throw new Error('The key that seals the noise key could not be made.');
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

/** Opens the noise key; null when anything of it is missing or does not fit together. */
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
    // Sealed with another key: the login of a profile that was put together from parts.
    return null;
  }
}

/** The AES key: derived from a CryptoKey in IndexedDB that cannot be exported, and a salt in localStorage. */
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
    // Not what was written there: as good as nothing.
    return null;
  }
}
