import {
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { DeviceKeys } from '../protocol.ts';

/** A challenge that only the holder of both private keys can answer. */
export interface Challenge {
  /** Public key created for this challenge, base64. */
  readonly key: string;
  readonly nonce: string;
  /** Whether the answer proves possession of both private keys. */
  verify(keys: DeviceKeys, proof: { readonly noise: string; readonly identity: string }): boolean;
}

/** Creates a challenge: X25519 with a new key, then an HMAC of the nonce under the shared secret. */
export function createChallenge(random: (size: number) => Buffer): Challenge {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const key = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url').toString('base64');
  const nonce = random(32);
  const answer = (theirs: string, label: string): Buffer | undefined => {
    const shared = agree(privateKey, theirs);
    return shared && createHmac('sha256', shared).update(nonce).update(label).digest();
  };
  return {
    key,
    nonce: nonce.toString('base64'),
    verify: (keys, proof) =>
      equal(answer(keys.noiseKey, 'noise'), proof.noise) && equal(answer(keys.identityKey, 'identity'), proof.identity),
  };
}

function agree(privateKey: KeyObject, theirs: string): Buffer | undefined {
  const x = Buffer.from(theirs, 'base64');
  if (x.length !== 32) return undefined;
  try {
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: x.toString('base64url') },
      format: 'jwk',
    });
    return diffieHellman({ privateKey, publicKey });
  } catch {
    // A point of small order: no shared secret exists, so the answer proves nothing.
    return undefined;
  }
}

function equal(expected: Buffer | undefined, given: string): boolean {
  const bytes = Buffer.from(given, 'base64');
  return expected !== undefined && bytes.length === expected.length && timingSafeEqual(expected, bytes);
}
