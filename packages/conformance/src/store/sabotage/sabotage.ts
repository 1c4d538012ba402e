import type { ErrorCode, Lease, SessionStore, StoredBundle } from '@wakey/core';
import { isWakeyError, WakeyError } from '@wakey/core';
import type { StorePlace, StoreUnderTest } from '../subject.js';

/** Breaks a good store in the one way that a clause must notice. */
export type StoreSabotage = (honest: StoreUnderTest) => StoreUnderTest;

/** Changes the places of a store. */
export function onPlace(change: (place: StorePlace) => Partial<StorePlace>): StoreSabotage {
  return (honest) => ({
    ...honest,
    async place() {
      const place = await honest.place();
      return { ...place, ...change(place) };
    },
  });
}

/** Changes some methods of every store over a place. `change` keeps separate state for each place. */
export function onStore(change: (store: SessionStore) => Partial<SessionStore>): StoreSabotage {
  return (honest) => wrappedStore(honest, (store) => ({ ...store, ...change(store) }));
}

/** Does the same as `onStore`, with state that all stores over one place share. */
export function onStores<Shared>(
  share: () => Shared,
  change: (store: SessionStore, shared: Shared) => Partial<SessionStore>,
): StoreSabotage {
  return onPlace((place) => {
    const shared = share();
    return placeOf(place, (store) => ({ ...store, ...change(store, shared) }));
  });
}

/**
 * The store under test that wraps another one, such as a store that encrypts. It has the places of the other store,
 * with the same faults.
 */
export function wrappedStore(inner: StoreUnderTest, wrap: (store: SessionStore) => SessionStore): StoreUnderTest {
  return onPlace((place) => placeOf(place, wrap))(inner);
}

/** The methods of a place whose stores are all wrapped in `wrap`. */
export function placeOf(place: StorePlace, wrap: (store: SessionStore) => SessionStore): Partial<StorePlace> {
  const { faultAt } = place;
  const open = () => wrap(place.open());
  if (faultAt === undefined) return { open };
  return {
    open,
    faultAt: (operation, how) => {
      const faulty = faultAt(operation, how);
      return { ...faulty, store: wrap(faulty.store) };
    },
  };
}

/** Changes the bundles that `read` returns. */
export function onBundle(change: (bundle: StoredBundle) => StoredBundle | undefined): StoreSabotage {
  return onStore((store) => ({
    read: async (id, options) => {
      const bundle = await store.read(id, options);
      return bundle && change(bundle);
    },
  }));
}

/** Changes the bytes on their way into the store. */
export function onSource(change: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): StoreSabotage {
  return onStore((store) => ({ write: (id, bytes, options) => store.write(id, change(bytes), options) }));
}

/** Changes every lease that the store grants. */
export function onLease(change: (lease: Lease) => Partial<Lease>): StoreSabotage {
  return onStore((store) => ({
    lease: async (...call) => {
      const lease = await store.lease(...call);
      return { ...lease, ...change(lease) };
    },
  }));
}

/** Returns a value instead of an error with this code. */
export function hidingError<M extends 'list' | 'read' | 'write' | 'remove'>(
  method: M,
  code: ErrorCode,
  instead: Awaited<ReturnType<SessionStore[M]>>,
): StoreSabotage {
  return onErrorOf(method, (error) => {
    if (!isWakeyError(error, code)) throw error;
    return instead;
  });
}

/** Reports every error of a method with another code. */
export function recoding(method: 'list' | 'read' | 'write' | 'remove' | 'lease', code: ErrorCode): StoreSabotage {
  return onErrorOf(method, (error) => {
    throw new WakeyError(code, { what: error instanceof Error ? error.message : String(error), hint: '' });
  });
}

function onErrorOf(
  method: 'list' | 'read' | 'write' | 'remove' | 'lease',
  onError: (error: unknown) => unknown,
): StoreSabotage {
  return onStore((store) => {
    const call = store[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { [method]: (...args: readonly unknown[]) => call(...args).catch(onError) };
  });
}
