import {
  type CallOptions,
  isWakeyError,
  type Lease,
  type LeaseHolder,
  type LeaseOptions,
  type SessionStore,
  type StoredBundle,
  type StoreQuarantine,
  WakeyError,
} from '@wakey/core';
import { isSealed } from './label.js';
import { beginsWithAge } from './peek.js';

/**
 * Wraps a store for a user who has no key. Unencrypted backups pass through unchanged; an encrypted backup is the error
 * `wrong-key`, and never looks absent or damaged. `lease` checks the newest backup already: if the user forgot the key,
 * the session must not start, because its next backups would be unencrypted.
 */
export function keylessStore(store: SessionStore): SessionStore {
  return {
    name: store.name,
    ...(store.isEncrypted === undefined ? {} : { isEncrypted: store.isEncrypted }),
    list: (call) => store.list(call),
    read: async (id, call) => {
      const bundle = await store.read(id, call);
      return bundle === undefined ? undefined : unencrypted(id, bundle);
    },
    write: async (id, bytes, call) => {
      if (call.segments === undefined) return store.write(id, bytes, call);
      throw new WakeyError('invalid-argument', {
        what: 'This store keeps whole backups only.',
        hint: 'Write it without segments.',
      });
    },
    remove: (id, call) => store.remove(id, call),
    lease: (id, holder, call) => lease(store, id, holder, call),
    ...(store.quarantine === undefined ? {} : { quarantine: keylessQuarantine(store.quarantine) }),
  };
}

function keylessQuarantine(inner: StoreQuarantine): StoreQuarantine {
  return {
    put: (id, call) => inner.put(id, call),
    look: (id, call) => inner.look(id, call),
    read: async (id, call) => {
      const bundle = await inner.read(id, call);
      return bundle && unencrypted(id, bundle);
    },
    clear: (id, call) => inner.clear(id, call),
  };
}

async function lease(store: SessionStore, id: string, holder: LeaseHolder, call: LeaseOptions = {}): Promise<Lease> {
  const taken = await store.lease(id, holder, call);
  if (call.toRemove === true) return taken;
  try {
    await proveUnencrypted(store, id, call);
    return taken;
  } catch (error) {
    await taken.release().catch(() => undefined); // Report the missing key, not an error of this release.
    throw error;
  }
}

/** Throws `wrong-key` if the newest backup is encrypted. Ignores a damaged backup: a restore deals with it. */
async function proveUnencrypted(store: SessionStore, id: string, call: CallOptions): Promise<void> {
  try {
    const newest = await store.read(id, call);
    if (newest !== undefined) for await (const _ of unencrypted(id, newest).bytes) return;
  } catch (error) {
    if (!isWakeyError(error, 'store-unreadable')) throw error;
  }
}

function unencrypted(id: string, bundle: StoredBundle): StoredBundle {
  if (isSealed(bundle.metadata)) throw keyMissing(id);
  return {
    ...bundle,
    bytes: {
      [Symbol.asyncIterator]() {
        const iterator = bundle.bytes[Symbol.asyncIterator]();
        return checked(id, { [Symbol.asyncIterator]: () => iterator });
      },
    },
  };
}

async function* checked(id: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { isAge, all } = await beginsWithAge(bytes);
  if (isAge) throw keyMissing(id);
  yield* all;
}

function keyMissing(id: string): WakeyError {
  return new WakeyError('wrong-key', {
    what: `The backup of session "${id}" is encrypted, and Wakey has no key to open it.`,
    hint: 'Nothing was changed. Use the key or the passphrase that encrypted this backup.',
    details: { session: id },
  });
}
