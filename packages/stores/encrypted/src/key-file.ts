import { type Secret, secret, WakeyError } from '@wakey/core';
import { generateX25519Identity } from 'age-encryption';
import { recipientOf } from './keys.js';

/** A new key. */
export interface GeneratedKey {
  /** The text of its key file, as `age-keygen` writes them. */
  readonly file: Secret;
  readonly identity: Secret;
  /** Its public half. */
  readonly recipient: string;
}

/** Makes a key. `createdAt`, in ms since 1970, goes into the file. */
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
 * The secret keys in the text of an age identity file; comments and empty lines are left out. Throws `invalid-argument`,
 * which names the line and never tells what is on it.
 */
export function parseKeyFile(text: string): readonly Secret[] {
  if (text.startsWith('age-encryption.org/') || text.startsWith('-----BEGIN AGE')) {
    throw unfit('The key file is encrypted itself.', 'Open it first: age -d key.age > key.txt');
  }
  const identities = text.split(/\r?\n/).flatMap((line, at) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return [];
    if (entry.startsWith('AGE-SECRET-KEY-1')) return [secret(entry)];
    throw unfit(`Line ${at + 1} of the key file is no key.`, 'Each key is a line that begins with AGE-SECRET-KEY-1.');
  });
  if (identities.length > 0) return identities;
  throw unfit('There is no key in the key file.', 'Make one with age-keygen or `wakey keys generate`.');
}

function unfit(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
