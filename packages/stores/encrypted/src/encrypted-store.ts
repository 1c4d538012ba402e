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

/** A store, and the keys to what it keeps. */
export type EncryptedStoreOptions = EncryptionKeys & {
  /** Keeps what is encrypted. */
  readonly store: SessionStore;
  /**
   * Receives each fault once that does not fail the call: a bundle that is not encrypted, a damaged bundle that was skipped, a
   * public key that the next bundle will not be for. @default no warning is passed on
   */
  readonly warn?: (warning: WakeyError) => void;
};

/**
 * Encrypts whatever `store` keeps in the age format: each generation is one age file, which the standard `age` tool opens,
 * and its metadata is another. Session ids, numbers, sizes, times and holders stay readable.
 *
 * Another key is `wrong-key`, never an absent or a damaged session; `lease` asks already, so that a wrong key is found
 * when a session starts and not on the day its bundle is needed. What was kept before there was a key is read as it is,
 * with a warning; the next writes replace it. Throws `invalid-argument` for keys that are none or cannot open anything.
 */
export function encryptedStore(options: EncryptedStoreOptions): SessionStore {
  const { store, warn = () => undefined } = options;
  const keys = checkKeys(options);
  if (!keys.canOpen) {
    throw invalid('Public keys alone cannot open what they lock.', 'Give a secret key, or a passphrase, as well.');
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

/** What every method works with. */
interface Vault {
  readonly store: SessionStore;
  readonly keys: CheckedKeys;
  readonly warn: (warning: WakeyError) => void;
  readonly openLabel: (sealed: SealedLabel, subject: Subject) => Promise<Label>;
}

/** A session that starts reads the same label twice, for its lease and for its bundle; with a passphrase each takes a second. */
function rememberingLast(keys: CheckedKeys): Vault['openLabel'] {
  let last: { readonly age: string; readonly label: Label } | undefined;
  return async (sealed, subject) => {
    if (last?.age === sealed.age) return last.label;
    const label = await openLabel(sealed, keys, subject);
    last = { age: sealed.age, label };
    return label;
  };
}

/** A bundle as it was before encryption, and its label where that was encrypted. */
interface Opened {
  readonly bundle: StoredBundle;
  readonly label?: Label;
}

/** What is put aside stays encrypted for the keys that it was written with. */
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

/** A damaged label is passed over for the next older generation, as stores do; another key is not. */
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
  // Encrypted metadata is longer, and its recipients' public keys are stored beside it.
  assertMetadata(call.metadata, MOST_METADATA / 2);
  const metadata = await sealLabel({ metadata: call.metadata, recipients: await keys.recipients() }, keys);
  return store.write(id, sealedBytes(bytes, keys), { ...call, metadata });
}

async function lease(vault: Vault, id: string, holder: LeaseHolder, call: LeaseOptions): Promise<Lease> {
  const taken = await vault.store.lease(id, holder, call);
  // Whoever has lost the key can still have removed what it opens.
  if (call.toRemove === true) return taken;
  try {
    await proveKey(vault, id, call);
    return taken;
  } catch (error) {
    await taken.release().catch(() => undefined); // What was wrong with the key is the thing to tell.
    throw error;
  }
}

/** That the newest bundle opens. One that is damaged does not keep anybody from the lease: it is dealt with when it is needed. */
async function proveKey(vault: Vault, id: string, call: ReadOptions): Promise<void> {
  const { keys, warn } = vault;
  try {
    const kept = await readOpened(vault, id, call);
    if (kept === undefined) return;
    // The label of one that was not encrypted here proves nothing; its first bytes do.
    if (kept.label === undefined) for await (const _ of kept.bundle.bytes) return;
    const now = await keys.recipients();
    const lost = (kept.label?.recipients ?? []).filter((recipient) => !now.includes(recipient));
    if (lost.length > 0) warn(recipientsLost(id, lost));
  } catch (error) {
    // The client reads the newest backup at each start and reports this damage.
    if (!isWakeyError(error, 'store-unreadable')) throw error;
  }
}

/** Bytes whose metadata is not encrypted: put there by hand as an age file, or kept before there was a key. */
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

/** As the source, it may be iterated once, and says so at once. */
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
    what: `The stored session "${id}"`,
    damaged: (why, cause) =>
      new WakeyError('store-unreadable', {
        what: `The stored session "${id}" is damaged: ${why}.`,
        hint: 'Nothing was deleted. An older bundle of it may be whole.',
        cause,
        details: { session: id },
      }),
  };
}

function unencrypted({ what }: Subject): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${what} was kept unencrypted.`,
    hint: 'It is used as it is; what is written from now on is encrypted, and replaces it.',
  });
}

function recipientsLost(id: string, lost: readonly string[]): WakeyError {
  return new WakeyError('wrong-key', {
    what: `The stored session "${id}" can also be opened with the key of ${lost.join(', ')}; the next bundle will not.`,
    hint: 'Give that public key as a recipient again, unless it is no longer meant to be one.',
    details: { session: id, recipients: lost.join(' ') },
  });
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
