import { x25519 } from '@noble/curves/ed25519.js';
import { decodeB64, encodeB64, randomBytes, utf8 } from '../bytes.ts';
import { healLocalStorage, mirrorLocalStorage } from './local-mirror.ts';
import { createNoiseInfo, hasNoiseInfo, type KeyPair, type NoiseInfo, readNoiseInfo } from './noise-info.ts';
import { createRegistration, type RegistrationInfo, readRegistration } from './signal-store.ts';

/** The two key pairs of the device. */
export interface Keys {
  readonly noise: NoiseInfo;
  readonly registration: RegistrationInfo;
}

/** Reads the keys, or creates them if there are none. Returns null if keys exist but cannot be decrypted. */
export async function openKeys(): Promise<Keys | null> {
  await healLocalStorage();
  const registration =
    (await readRegistration()) ?? (hasNoiseInfo() ? null : await createRegistration(await makeKeyPair()));
  const noise = hasNoiseInfo() ? await readNoiseInfo() : await createNoiseInfo(await makeKeyPair());
  if (registration === null || noise === null) return null;
  await mirrorLocalStorage();
  return { noise, registration };
}

/** Proves to the backend that this page holds a private key: an HMAC of the nonce under the agreed secret. */
export async function answerChallenge(pair: KeyPair, theirs: string, nonce: string, label: string): Promise<string> {
  const shared = x25519.getSharedSecret(new Uint8Array(pair.privKey), decodeB64(theirs));
  return encodeB64(await hmac(new Uint8Array(shared), new Uint8Array([...decodeB64(nonce), ...utf8(label)])));
}

/** Computes an HMAC with SHA-256. */
export async function hmac(key: BufferSource, data: BufferSource): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, data);
}

/** Encrypts a text with a link code, so that only someone who knows the code can decrypt it. */
export async function sealWithCode(code: string, text: string): Promise<{ salt: string; iv: string; box: string }> {
  const salt = randomBytes(32);
  const iv = randomBytes(12);
  const base = await crypto.subtle.importKey('raw', utf8(code), 'PBKDF2', false, ['deriveKey']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 131_072 };
  const key = await crypto.subtle.deriveKey(parameters, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8(text));
  return { salt: encodeB64(salt), iv: encodeB64(iv), box: encodeB64(box) };
}

/** The page brings its own curve, as WhatsApp Web does: not every browser has X25519. */
async function makeKeyPair(): Promise<KeyPair> {
  const { publicKey, secretKey } = x25519.keygen();
  return { pubKey: new Uint8Array(publicKey).buffer, privKey: new Uint8Array(secretKey).buffer };
}
