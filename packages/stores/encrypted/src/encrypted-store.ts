import {
  assertMetadata,
  isWakeyError,
  type Lease,
  type LeaseHolder,
  type LeaseOptions,
  MOST_METADATA,
  onceEach,
  type ReadOptions,
  type SessionStore,
  type StoredBundle,
  type StoreQuarantine,
  WakeyError,
  type WriteOptions,
} from '@wakey/core';
import { openedBytes, type Subject, sealedBytes } from './age.js';
import { type CheckedKeys, checkKeys, type EncryptionKeys } from './keys.js';
import { isSealed, type Label, openLabel, type SealedLabel, sealLabel } from './label.js';
import { beginsWithAge } from './peek.js';

/** Options of `encryptedStore`: a store, and the keys to its backups. */
export type EncryptedStoreOptions = EncryptionKeys & {
  /** The store that holds the encrypted backups. */
  readonly store: SessionStore;
  /**
   * Receives once each fault that does not fail the call: a bundle that is not encrypted, a damaged bundle that a read
   * skipped, a public key that opened the last bundle and will not open the next. @default the store drops warnings
   */
  readonly warn?: (warning: WakeyError) => void;
};

/**
 * Encrypts the backups in `store` in the age format: the bundle of each generation is one age file, which the standard
 * `age` tool opens, and its metadata is another. Session ids, numbers, sizes, times and holders stay readable.
 *
 * A wrong key is the error `wrong-key`; the store never reports an absent or a damaged session instead. `lease` checks
 * the key already, so that a wrong key fails the start of a session and not a later restore. The store reads bundles
 * from the time before encryption as they are, with a warning; the next writes replace them. Throws `invalid-argument`
 * for invalid keys, and for public keys without a secret key or a passphrase.
 */
export function encryptedStore(options: EncryptedStoreOptions): SessionStore {
  const { store, warn = () => undefined } = options;
  const keys = checkKeys(options);
  if (!keys.canOpen) {
    throw invalid(
      'Public keys alone cannot open the backups.',
      'Add a secret key (`identities`), or use a passphrase instead.',
    );
  }
  const vault: Vault = { store, keys, warn: onceEach(warn), openLabel: rememberingLast(keys) };
  return {
    name: `${store.name}, encrypted`,
    isEncrypted: true,
    list: (call) => store.list(call),
    read: async (id, call = {}) => (await readOpened(vault, id, call))?.bundle,
    write: (id, bytes, call) => write(vault, id, bytes, call),
    remove: (id, call) => store.remove(id, call),
    lease: (id, holder, call = {}) => lease(vault, id, holder, call),
    ...(store.quarantine === undefined ? {} : { quarantine: sealedQuarantine(vault, store.quarantine) }),
  };
}

/** The store, the keys and the receiver of warnings that every method of the encrypted store uses. */
interface Vault {
  readonly store: SessionStore;
  readonly keys: CheckedKeys;
  readonly warn: (warning: WakeyError) => void;
  readonly openLabel: (sealed: SealedLabel, subject: Subject) => Promise<Label>;
}

/**
 * Remembers the last label: the start of a session opens the same label twice, and with a passphrase each time takes a
 * second.
 */
function rememberingLast(keys: CheckedKeys): Vault['openLabel'] {
  let last: { readonly age: string; readonly label: Label } | undefined;
  return async (sealed, subject) => {
    if (last?.age === sealed.age) return last.label;
    const label = await openLabel(sealed, keys, subject);
    last = { age: sealed.age, label };
    return label;
  };
}

/** A decrypted bundle, and its label if the label was encrypted. */
interface Opened {
  readonly bundle: StoredBundle;
  readonly label?: Label;
}

/** A backup in quarantine stays encrypted for the keys with which it was written. */
function sealedQuarantine(vault: Vault, inner: StoreQuarantine): StoreQuarantine {
  return {
    put: (id, call) => inner.put(id, call),
    look: (id, call) => inner.look(id, call),
    read: async (id, call) => {
      const bundle = await inner.read(id, call);
      return bundle && (await opened(vault, id, bundle)).bundle;
    },
    clear: (id, call) => inner.clear(id, call),
  };
}

/**
 * Skips a generation with a damaged label for the next older one, as every store does. Does not skip a generation for
 * another key.
 */
async function readOpened(vault: Vault, id: string, call: ReadOptions): Promise<Opened | undefined> {
  const { store, warn } = vault;
  const damages: WakeyError[] = [];
  let { before } = call;
  for (;;) {
    const bundle = await store.read(id, { ...call, ...(before === undefined ? {} : { before }) });
    if (bundle === undefined) break;
    try {
      const found = await opened(vault, id, bundle);
      damages.forEach(warn);
      return found;
    } catch (error) {
      if (!isWakeyError(error, 'store-unreadable')) throw error;
      damages.push(error);
      before = bundle.generation;
    }
  }
  // The error reports the newest damage, so no warning repeats it.
  const [newest, ...older] = damages;
  older.forEach(warn);
  if (newest !== undefined) throw newest;
  return undefined;
}

async function opened(vault: Vault, id: string, bundle: StoredBundle): Promise<Opened> {
  const { keys, warn } = vault;
  const subject = subjectOf(id);
  const { generation, metadata, bytes } = bundle;
  if (!isSealed(metadata)) return { bundle: { ...bundle, bytes: plainOrOpened(bytes, keys, subject, warn) } };
  const label = await vault.openLabel(metadata, subject);
  const plain = asIterable(bytes, (from) => openedBytes(from, keys, { ...subject, isOurs: true }));
  return { bundle: { generation, metadata: { ...label.metadata }, bytes: plain }, label };
}

async function write(
  { store, keys }: Vault,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  call: WriteOptions,
): Promise<number> {
  // Encryption makes metadata longer, and adds the public keys to it, so only half of the allowed size is free here.
  assertMetadata(call.metadata, MOST_METADATA / 2);
  if (call.segments !== undefined) throw invalid('This store keeps whole backups only.', 'Write it without segments.');
  const metadata = await sealLabel({ metadata: call.metadata, recipients: await keys.recipients() }, keys);
  return store.write(id, sealedBytes(bytes, keys), { ...call, metadata });
}

async function lease(vault: Vault, id: string, holder: LeaseHolder, call: LeaseOptions): Promise<Lease> {
  const taken = await vault.store.lease(id, holder, call);
  // A user who has lost the key may still remove the backups that only this key opens.
  if (call.toRemove === true) return taken;
  try {
    await proveKey(vault, id, call);
    return taken;
  } catch (error) {
    await taken.release().catch(() => undefined); // Report the error of the key, not an error of this release.
    throw error;
  }
}

/** Checks that the keys open the newest bundle. A damaged bundle does not refuse the lease: a restore deals with it. */
async function proveKey(vault: Vault, id: string, call: ReadOptions): Promise<void> {
  const { keys, warn } = vault;
  try {
    const kept = await readOpened(vault, id, call);
    if (kept === undefined) return;
    // A bundle without an encrypted label is unencrypted, or an age file from elsewhere: reading its first bytes checks
    // the keys.
    if (kept.label === undefined) for await (const _ of kept.bundle.bytes) return;
    const now = await keys.recipients();
    const lost = (kept.label?.recipients ?? []).filter((recipient) => !now.includes(recipient));
    if (lost.length > 0) warn(recipientsLost(id, lost));
  } catch (error) {
    // The client reads the newest backup at each start and reports this damage.
    if (!isWakeyError(error, 'store-unreadable')) throw error;
  }
}

/**
 * The bytes of a bundle whose metadata is not encrypted: an age file that somebody put there by hand, or a bundle from
 * before encryption.
 */
function plainOrOpened(
  bytes: AsyncIterable<Uint8Array>,
  keys: CheckedKeys,
  subject: Subject,
  warn: Vault['warn'],
): AsyncIterable<Uint8Array> {
  return asIterable(bytes, async function* (from) {
    const { isAge, all } = await beginsWithAge(from);
    if (!isAge) warn(unencrypted(subject));
    yield* isAge ? openedBytes(all, keys, subject) : all;
  });
}

/** Passes `source` through `through`. A second iteration throws at once, as the second iteration of the source does. */
function asIterable(
  source: AsyncIterable<Uint8Array>,
  through: (from: AsyncIterable<Uint8Array>) => AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return through({ [Symbol.asyncIterator]: () => iterator });
    },
  };
}

function subjectOf(id: string): Subject {
  return {
    what: `The backup of session "${id}"`,
    damaged: (why, cause) =>
      new WakeyError('store-unreadable', {
        what: `A backup of session "${id}" is damaged: ${why}.`,
        hint: 'Nothing was deleted. An older backup may be intact.',
        cause,
        details: { session: id },
      }),
  };
}

function unencrypted({ what }: Subject): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${what} is not encrypted.`,
    hint: 'Wakey uses this backup all the same. The next backups are encrypted and replace it.',
  });
}

function recipientsLost(id: string, lost: readonly string[]): WakeyError {
  return new WakeyError('wrong-key', {
    what: `The key of ${lost.join(', ')} opens the last backup of session "${id}", and will not open the next one.`,
    hint: 'Add that public key to the recipients again, unless you removed it on purpose.',
    details: { session: id, recipients: lost.join(' ') },
  });
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
