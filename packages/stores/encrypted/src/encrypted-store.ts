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
  type StoreQuarantine,
  WakeyError,
  type WriteOptions,
} from '@wakey/core';
import { sealedBytes } from './age.js';
import { sealedSegments, segmentsOf } from './encrypted-segments.js';
import { checkKeys, type EncryptionKeys } from './keys.js';
import { sealLabel } from './label.js';
import { opened, readOpened } from './opened.js';
import { newSegmentKey } from './sealed-segment.js';
import { rememberedKeys, rememberingLast, type Vault } from './vault.js';

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
  const openLabel = rememberingLast(keys);
  const vault: Vault = { store, keys, warn: onceEach(warn), openLabel, segmentKeys: rememberedKeys() };
  return {
    name: `${store.name}, encrypted`,
    isEncrypted: true,
    list: (call) => store.list(call),
    read: async (id, call = {}) => (await readOpened(vault, id, call))?.bundle,
    write: (id, bytes, call) => write(vault, id, bytes, call),
    remove: async (id, call) => {
      await store.remove(id, call);
      vault.segmentKeys.reset(id);
    },
    lease: (id, holder, call = {}) => lease(vault, id, holder, call),
    ...(store.quarantine === undefined ? {} : { quarantine: sealedQuarantine(vault, store.quarantine) }),
    ...(store.segments === undefined ? {} : { segments: segmentsOf(vault, store.segments) }),
  };
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

async function write(
  { store, keys, segmentKeys }: Vault,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  call: WriteOptions,
): Promise<number> {
  // Encryption makes metadata longer, and adds the public keys to it, so only half of the allowed size is free here.
  assertMetadata(call.metadata, MOST_METADATA / 2);
  if (store.segments === undefined && call.segments !== undefined) {
    throw invalid('This store keeps whole backups only.', 'Write it without segments.');
  }
  const key = store.segments && newSegmentKey();
  const label = { metadata: call.metadata, recipients: await keys.recipients() };
  const metadata = await sealLabel({ ...label, ...(key && { segmentKey: key.toString('base64') }) }, keys);
  const segments = key && call.segments && sealedSegments(id, call.segments, key, call.fence);
  const sealed = { ...call, metadata, ...(segments && { segments: segments.bytes }) };
  const generation = await store.write(id, sealedBytes(bytes, keys), sealed);
  const last = segments?.last();
  segmentKeys.reset(id, generation, key && { key, ...(last && { last }) });
  return generation;
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
