import {
  type CallOptions,
  isWakeyError,
  type Lease,
  type LeaseHolder,
  type LeaseOptions,
  type SessionStore,
  type StoredBundle,
  type StoreQuarantine,
  type StoreSegments,
  WakeyError,
} from '@wakey/core';
import { findGeneration } from './find-generation.js';
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
    write: (id, bytes, call) => store.write(id, bytes, call),
    remove: (id, call) => store.remove(id, call),
    lease: (id, holder, call) => lease(store, id, holder, call),
    ...(store.quarantine === undefined ? {} : { quarantine: keylessQuarantine(store.quarantine) }),
    ...(store.segments === undefined ? {} : { segments: keylessSegments(store, store.segments) }),
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

/** Segments of unencrypted generations. Any other is the error `wrong-key`. */
function keylessSegments(store: SessionStore, inner: StoreSegments): StoreSegments {
  // Reading a generation again for each append would cost more than the append.
  const plain = new Map<string, number>();
  const assertPlain = async (id: string, generation: number, call: CallOptions) => {
    if (plain.get(id) === generation) return;
    const bundle = await findGeneration(store, id, generation, call);
    if (bundle === undefined) return;
    for await (const _ of unencrypted(id, bundle).bytes) break;
    plain.set(id, generation);
  };
  return {
    async append(id, bytes, options) {
      // The caller may fill its buffer again while this call waits.
      const copy = bytes instanceof Uint8Array ? Uint8Array.from(bytes) : bytes;
      const { fence: _, number: __, generation, ...call } = options;
      await assertPlain(id, generation, call);
      await inner.append(id, copy, options);
    },
    list: (id, generation, call) => inner.list(id, generation, call),
    async *read(id, generation, options = {}) {
      const { from: _, ...call } = options;
      await assertPlain(id, generation, call);
      yield* inner.read(id, generation, options);
    },
    drop: (id, options) => inner.drop(id, options),
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
