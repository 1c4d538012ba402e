import { type Secret, WakeyError } from '@wakey/core';
import { Decrypter, Encrypter, type Identity, identityToRecipient } from 'age-encryption';
import { passphraseIdentity, passphraseRecipient } from './passphrase.js';

/** Who can open what is encrypted: whoever has the passphrase, or one of the keys. Never both kinds, as in age itself. */
export type EncryptionKeys = KeyPair | { readonly passphrase: Secret; readonly workFactor?: number };

/** Keys in pairs: the public halves lock, the secret halves open. */
export interface KeyPair {
  /** Secret keys, `AGE-SECRET-KEY-1…`. Each opens; what is encrypted is for their public halves too. @default none */
  readonly identities?: readonly Secret[];
  /** Further public keys, `age1…`, that what is encrypted is for. @default none */
  readonly recipients?: readonly string[];
  readonly passphrase?: never;
}

/** Keys that were looked at and are good. */
export interface CheckedKeys {
  readonly canOpen: boolean;
  /** For people: that these keys do not open something. */
  readonly refusal: string;
  /** The public keys that what is encrypted is for; none with a passphrase. */
  recipients(): Promise<readonly string[]>;
  encrypter(): Promise<Encrypter>;
  /** What opens age files. `refuse` is asked for the error when none of the keys fits. */
  decrypter(refuse: (kinds: readonly string[]) => WakeyError): Decrypter;
}

/** Looks at keys. Throws `invalid-argument`, which never tells a key. */
export function checkKeys(keys: EncryptionKeys): CheckedKeys {
  const { identities = [], recipients = [] } = 'identities' in keys || 'recipients' in keys ? (keys as KeyPair) : {};
  if (keys.passphrase === undefined) return checkedPairs(identities, recipients);
  if (identities.length > 0 || recipients.length > 0) {
    throw invalid(
      'A passphrase was given together with keys.',
      'The age format takes one or the other: leave one out.',
    );
  }
  return checkedPassphrase(keys.passphrase, keys.workFactor ?? 18);
}

/** The public half of a secret key. Throws `invalid-argument`, which does not tell the key. */
export async function recipientOf(identity: Secret): Promise<string> {
  checkIdentity(identity);
  return identityToRecipient(identity.reveal());
}

function checkedPairs(identities: readonly Secret[], recipients: readonly string[]): CheckedKeys {
  if (identities.length === 0 && recipients.length === 0) {
    throw invalid('No key was given.', 'Give a secret key, a passphrase, or at least a public key.');
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
  if (passphrase.reveal() === '') throw invalid('The passphrase is empty.', 'Use one of several random words.');
  if (!Number.isInteger(workFactor) || workFactor < 1 || workFactor > 20) {
    throw invalid(`The work factor ${workFactor} cannot be.`, 'Use a whole number from 1 to 20; 18 is usual.');
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

/** Asked after every key: none fitted then. */
function lastResort(refuse: (kinds: readonly string[]) => WakeyError): Identity {
  return {
    unwrapFileKey(stanzas) {
      throw refuse(stanzas.map(({ args }) => args[0] ?? ''));
    },
  };
}

function checkIdentity(identity: Secret): void {
  const text = identity.reveal();
  // What a parser says about a key may quote it: neither its words nor its error go on.
  if (!/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(text) || !accepts(() => new Decrypter().addIdentity(text))) {
    throw invalid(
      'A secret key is none.',
      'It is one line that begins with AGE-SECRET-KEY-1, as age-keygen and `wakey keys generate` write it.',
    );
  }
}

function checkRecipient(text: string): void {
  if (/^AGE-SECRET-KEY/i.test(text)) {
    throw invalid(
      'A secret key was given where a public one belongs.',
      'Consider it known to others, and make a new one; public keys begin with age1.',
    );
  }
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text) || !accepts(() => new Encrypter().addRecipient(text))) {
    throw invalid(
      'What was given as a public key is none.',
      'It begins with age1 and has 62 characters, as age-keygen -y prints it.',
    );
  }
}

function accepts(parse: () => void): boolean {
  try {
    parse();
    return true;
  } catch {
    // The library throws plain errors, for keys that are none and for nothing else here.
    return false;
  }
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
