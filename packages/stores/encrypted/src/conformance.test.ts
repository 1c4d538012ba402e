import { memoryStore, noticedInStore, type StorePlace, type StoreUnderTest, storeClauses } from '@wakey/conformance';
import type { SessionStore } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import { newKey } from './testing/bytes.js';

const { identity } = await newKey();
const encrypting = (store: SessionStore) => encryptedStore({ store, identities: [identity] });

/** The stores of another one, each seen through `wrap`. */
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
  ['encrypted, over one whose leases last as long as their process', wrapped(memoryStore(), encrypting)],
  ['encrypted, over one whose leases lapse', wrapped(memoryStore({ leaseDuration: 30_000 }), encrypting)],
  ['without a key', wrapped(memoryStore(), keylessStore)],
])('a store that is %s', (_, store) => {
  it.each(storeClauses.map((clause) => [clause.name, clause] as const))('keeps: %s', (_, { check }) => check(store));
});

describe('an encrypted store that is broken', () => {
  const store = wrapped(memoryStore(), encrypting);
  const applying = storeClauses.filter(({ needs }) => needs === undefined || store.capabilities[needs].supported);
  it.each(applying.map((clause) => [clause.name, clause] as const))('is found out by: %s', async (_, clause) => {
    expect(await noticedInStore(clause, store)).toBeTypeOf('string');
  });
});
