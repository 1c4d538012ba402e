import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { Secret } from '@wakey/core';
import { type Identity, type Recipient, Stanza } from 'age-encryption';

/*
 * The scrypt recipient of the age format, on Node's own cryptography, which derives the key on another thread. The age
 * library derives it on the main thread, and so stops every session of the process for a second.
 */

/** Encrypts a file key with a passphrase. */
export function passphraseRecipient(passphrase: Secret, workFactor: number): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_SIZE);
      const cipher = createCipheriv(CIPHER, await derive(passphrase, salt, workFactor), NONCE, { authTagLength: TAG });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza(['scrypt', base64(salt), String(workFactor)], body)];
    },
  };
}

/** Decrypts a file key with a passphrase. Returns null if the file is encrypted with another passphrase. */
export function passphraseIdentity(passphrase: Secret): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt');
      if (stanza === undefined) return null;
      if (stanzas.length !== 1) throw new Error('the scrypt stanza is not the only one');
      const [, saltText = '', factorText = ''] = stanza.args;
      const salt = Buffer.from(saltText, 'base64');
      const isSound = stanza.args.length === 3 && base64(salt) === saltText && /^[1-9]\d?$/.test(factorText);
      if (!isSound || salt.length !== SALT_SIZE || stanza.body.length !== FILE_KEY_SIZE + TAG) {
        throw new Error('the scrypt stanza is malformed');
      }
      // Each step of the work factor doubles the memory: 1 GiB at 20. A damaged or hostile header must not take more.
      if (Number(factorText) > HARDEST) throw new Error(`the work factor ${factorText} is too high`);
      return opened(await derive(passphrase, salt, Number(factorText)), stanza.body);
    },
  };
}

function opened(key: Buffer, body: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG });
  decipher.setAuthTag(body.subarray(FILE_KEY_SIZE));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_SIZE));
  try {
    decipher.final();
    return fileKey;
  } catch {
    // The authentication tag does not match: the passphrase is another. Node throws no other error here.
    return null;
  }
}

function derive(passphrase: Secret, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  const N = 2 ** workFactor;
  const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt]);
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal(), labelled, 32, { N, r: 8, p: 1, maxmem: N * 8 * 128 + 2 ** 20 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

const CIPHER = 'chacha20-poly1305' as const;
/** A fixed nonce is safe, because each derived key has a new salt and encrypts only once. */
const NONCE = Buffer.alloc(12);
const TAG = 16;
const SALT_SIZE = 16;
const FILE_KEY_SIZE = 16;
const HARDEST = 20;
