import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory/memory-under-test.js';
import { noticedInStore, storeClauses } from './store-clauses.js';
import type { StoreUnderTest } from './subject.js';

const stores = [
  ['whose leases last as long as their process', memoryStore()],
  ['whose leases expire', memoryStore({ leaseDuration: 30_000 })],
] as const;

describe.each(stores)('a correct store %s', (_, store) => {
  it.each(storeClauses.map((clause) => [clause.name, clause] as const))('keeps: %s', (_, { check }) => check(store));

  const applying = storeClauses.filter(({ needs }) => needs === undefined || store.capabilities[needs].supported);
  it.each(applying.map((clause) => [clause.name, clause] as const))(
    'with one fault, fails the clause for that fault: %s',
    async (_, clause) => {
      expect(await noticedInStore(clause, store)).toBeTypeOf('string');
    },
  );
});

describe('the clauses', () => {
  it('have unique names', () => {
    const names = storeClauses.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  const hooks = storeClauses.flatMap((clause) => (clause.needs === undefined ? [] : [clause]));
  it.each(hooks.map((clause) => [clause.name, clause] as const))(
    'pass a place that lacks a capability and declares it absent: %s',
    async (_, clause) => {
      const poor: StoreUnderTest = {
        capabilities: {
          ...memoryStore().capabilities,
          [clause.needs ?? '']: { supported: false, reason: 'it is poor' },
        },
        place: async () => {
          const { open, remove } = await memoryStore().place();
          const { needs } = clause;
          const isOfStore = needs === 'quarantine' || needs === 'segments';
          return { open: isOfStore ? () => ({ ...open(), [needs]: undefined }) : open, remove };
        },
      };
      await clause.check(poor);
    },
  );

  it('fail a place that has a capability declared absent, and a place that lacks one declared present', async () => {
    const good = memoryStore();
    const [clause] = storeClauses.filter(({ needs }) => needs === 'damage');
    const absent = { supported: false, reason: 'this declaration is false' } as const;
    await expect(clause?.check({ ...good, capabilities: { ...good.capabilities, damage: absent } })).rejects.toThrow(
      'damage is declared absent, but is present',
    );
    const lacking: StoreUnderTest = {
      ...good,
      place: async () => {
        const { damage, ...place } = await good.place();
        return place;
      },
    };
    await expect(clause?.check(lacking)).rejects.toThrow('damage is declared present, but is absent');
  });
});
