import { type Secret, secret, WakeyError } from '@wakey/core';
import { generateX25519Identity } from 'age-encryption';
import { recipientOf } from './keys.js';

/** A new secret key, its public half, and the text of its key file. */
export interface GeneratedKey {
  /** The text of the key file, in the format of `age-keygen`. */
  readonly file: Secret;
  readonly identity: Secret;
  /** The public half of the key. */
  readonly recipient: string;
}

/** Makes a new key. `createdAt`, in ms since 1970, goes into the key file. */
export async function generateKey(createdAt: number): Promise<GeneratedKey> {
  const identity = secret(await generateX25519Identity());
  const recipient = await recipientOf(identity);
  const created = new Date(createdAt).toISOString();
  return {
    file: secret(`# created: ${created}\n# public key: ${recipient}\n${identity.reveal()}\n`),
    identity,
    recipient,
  };
}

/**
 * Reads the secret keys from the text of an age identity file, and skips comments and empty lines. Throws
 * `invalid-argument`, which names the wrong line by its number and never quotes it.
 */
export function parseKeyFile(text: string): readonly Secret[] {
  if (text.startsWith('age-encryption.org/') || text.startsWith('-----BEGIN AGE')) {
    throw unfit('The key file is encrypted itself.', 'Decrypt the key file first: age -d key.age > key.txt');
  }
  const identities = text.split(/\r?\n/).flatMap((line, at) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return [];
    if (entry.startsWith('AGE-SECRET-KEY-1')) return [secret(entry)];
    throw unfit(
      `Line ${at + 1} of the key file is not a key.`,
      'Each key is a line that begins with AGE-SECRET-KEY-1.',
    );
  });
  if (identities.length > 0) return identities;
  throw unfit('There is no key in the key file.', 'Make a key with `wakey keys generate` or age-keygen.');
}

function unfit(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
