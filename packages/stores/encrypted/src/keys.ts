import { type Secret, WakeyError } from '@wakey/core';
import { Decrypter, Encrypter, type Identity, identityToRecipient } from 'age-encryption';
import { passphraseIdentity, passphraseRecipient } from './passphrase.js';

/**
 * The keys that encrypt and open backups: a passphrase, or pairs of keys. The age format does not allow both at once.
 */
export type EncryptionKeys = KeyPair | { readonly passphrase: Secret; readonly workFactor?: number };

/** Pairs of keys: public keys encrypt, secret keys decrypt. */
export interface KeyPair {
  /**
   * Secret keys, `AGE-SECRET-KEY-1…`. Each of them opens the backups; each backup is encrypted for their public halves.
   * @default none
   */
  readonly identities?: readonly Secret[];
  /** Further public keys, `age1…`, for which each backup is encrypted. @default none */
  readonly recipients?: readonly string[];
  readonly passphrase?: never;
}

/** Keys that `checkKeys` found valid. */
export interface CheckedKeys {
  readonly canOpen: boolean;
  /** The end of a sentence for the user: that these keys do not open the bytes. */
  readonly refusal: string;
  /** The public keys for which these keys encrypt; empty with a passphrase. */
  recipients(): Promise<readonly string[]>;
  encrypter(): Promise<Encrypter>;
  /** Returns a decrypter of age files. When none of the keys fits, it throws the error that `refuse` returns. */
  decrypter(refuse: (kinds: readonly string[]) => WakeyError): Decrypter;
}

/** Checks keys. Throws `invalid-argument`, which never quotes a key. */
export function checkKeys(keys: EncryptionKeys): CheckedKeys {
  const { identities = [], recipients = [] } = 'identities' in keys || 'recipients' in keys ? (keys as KeyPair) : {};
  if (keys.passphrase === undefined) return checkedPairs(identities, recipients);
  if (identities.length > 0 || recipients.length > 0) {
    throw invalid(
      'There is a passphrase together with keys.',
      'The age format allows only one of the two: leave the other out.',
    );
  }
  return checkedPassphrase(keys.passphrase, keys.workFactor ?? 18);
}

/** The public half of a secret key. Throws `invalid-argument`, which does not quote the key. */
export async function recipientOf(identity: Secret): Promise<string> {
  checkIdentity(identity);
  return identityToRecipient(identity.reveal());
}

function checkedPairs(identities: readonly Secret[], recipients: readonly string[]): CheckedKeys {
  if (identities.length === 0 && recipients.length === 0) {
    throw invalid('There is no key.', 'Use a secret key, a passphrase, or at least a public key.');
  }
  for (const identity of identities) checkIdentity(identity);
  for (const recipient of recipients) checkRecipient(recipient);
  const everyRecipient = async () => [...new Set([...(await Promise.all(identities.map(recipientOf))), ...recipients])];
  return {
    canOpen: identities.length > 0,
    refusal: refusalOf(identities.length),
    recipients: everyRecipient,
    async encrypter() {
      const encrypter = new Encrypter();
      for (const recipient of await everyRecipient()) encrypter.addRecipient(recipient);
      return encrypter;
    },
    decrypter(refuse) {
      const decrypter = new Decrypter();
      for (const identity of identities) decrypter.addIdentity(identity.reveal());
      decrypter.addIdentity(lastResort(refuse));
      return decrypter;
    },
  };
}

function checkedPassphrase(passphrase: Secret, workFactor: number): CheckedKeys {
  if (passphrase.reveal() === '')
    throw invalid('The passphrase is empty.', 'Use a passphrase of several random words.');
  if (!Number.isInteger(workFactor) || workFactor < 1 || workFactor > 20) {
    throw invalid(`The work factor ${workFactor} is out of range.`, 'Use a whole number from 1 to 20; 18 is usual.');
  }
  return {
    canOpen: true,
    refusal: 'the passphrase that was given does not open it',
    recipients: async () => [],
    async encrypter() {
      const encrypter = new Encrypter();
      encrypter.addRecipient(passphraseRecipient(passphrase, workFactor));
      return encrypter;
    },
    decrypter(refuse) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(passphraseIdentity(passphrase));
      decrypter.addIdentity(lastResort(refuse));
      return decrypter;
    },
  };
}

function refusalOf(count: number): string {
  if (count === 0) return 'no secret key was given';
  return count === 1 ? 'the key that was given does not open it' : `none of the ${count} keys that were given opens it`;
}

/**
 * The last identity of a decrypter. The age library tries it only when no key fits, and then it throws the error of
 * `refuse`.
 */
function lastResort(refuse: (kinds: readonly string[]) => WakeyError): Identity {
  return {
    unwrapFileKey(stanzas) {
      throw refuse(stanzas.map(({ args }) => args[0] ?? ''));
    },
  };
}

function checkIdentity(identity: Secret): void {
  const text = identity.reveal();
  // The error of a parser may quote the key: pass on neither its message nor the error itself.
  if (!/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(text) || !accepts(() => new Decrypter().addIdentity(text))) {
    throw invalid(
      'A secret key is not valid.',
      'A secret key is one line that begins with AGE-SECRET-KEY-1, as age-keygen and `wakey keys generate` write it.',
    );
  }
}

function checkRecipient(text: string): void {
  if (/^AGE-SECRET-KEY/i.test(text)) {
    throw invalid(
      'A secret key is in the place of a public key.',
      'Others may know that secret key now, so make a new one. Public keys begin with age1.',
    );
  }
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text) || !accepts(() => new Encrypter().addRecipient(text))) {
    throw invalid(
      'A public key is not valid.',
      'A public key begins with age1 and has 62 characters, as age-keygen -y prints it.',
    );
  }
}

function accepts(parse: () => void): boolean {
  try {
    parse();
    return true;
  } catch {
    // The library throws plain errors here, and only for invalid keys.
    return false;
  }
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
