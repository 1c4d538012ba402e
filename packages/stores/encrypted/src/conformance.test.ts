import { memoryStore, noticedInStore, type StorePlace, type StoreUnderTest, storeClauses } from '@wakey/conformance';
import type { SessionStore } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import { newKey } from './testing/bytes.js';

const { identity } = await newKey();
const encrypting = (store: SessionStore) => encryptedStore({ store, identities: [identity] });

/** The stores under test of `inner`, each wrapped in `wrap`. */
function wrapped(inner: StoreUnderTest, wrap: (store: SessionStore) => SessionStore): StoreUnderTest {
  const wrappedPlace = (place: StorePlace): StorePlace => {
    const { faultAt } = place;
    const open = () => wrap(place.open());
    if (faultAt === undefined) return { ...place, open };
    return {
      ...place,
      open,
      faultAt: (...call) => {
        const faulty = faultAt(...call);
        return { ...faulty, store: wrap(faulty.store) };
      },
    };
  };
  return { ...inner, place: async () => wrappedPlace(await inner.place()) };
}

describe.each([
  ['an encrypted store whose leases end with their process', wrapped(memoryStore(), encrypting)],
  ['an encrypted store whose leases expire', wrapped(memoryStore({ leaseDuration: 30_000 }), encrypting)],
  ['a store without a key', wrapped(memoryStore(), keylessStore)],
])('%s', (_, store) => {
  it.each(storeClauses.map((clause) => [clause.name, clause] as const))('keeps: %s', (_, { check }) => check(store));
});

describe('an encrypted store with one fault', () => {
  const store = wrapped(memoryStore(), encrypting);
  const applying = storeClauses.filter(({ needs }) => needs === undefined || store.capabilities[needs].supported);
  it.each(applying.map((clause) => [clause.name, clause] as const))(
    'fails the clause for that fault: %s',
    async (_, clause) => {
      expect(await noticedInStore(clause, store)).toBeTypeOf('string');
    },
  );
});
