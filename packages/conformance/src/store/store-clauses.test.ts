import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory/memory-under-test.js';
import { noticedInStore, storeClauses } from './store-clauses.js';
import type { StoreUnderTest } from './subject.js';

const stores = [
  ['whose leases last as long as their process', memoryStore()],
  ['whose leases lapse', memoryStore({ leaseDuration: 30_000 })],
] as const;

describe.each(stores)('an honest store %s', (_, store) => {
  it.each(storeClauses.map((clause) => [clause.name, clause] as const))('keeps: %s', (_, { check }) => check(store));

  const applying = storeClauses.filter(({ needs }) => needs === undefined || store.capabilities[needs].supported);
  it.each(applying.map((clause) => [clause.name, clause] as const))(
    'sabotaged, is found out by: %s',
    async (_, clause) => {
      expect(await noticedInStore(clause, store)).toBeTypeOf('string');
    },
  );
});

describe('the clauses', () => {
  it('have names of their own', () => {
    const names = storeClauses.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  const hooks = storeClauses.flatMap((clause) => (clause.needs === undefined ? [] : [clause]));
  it.each(hooks.map((clause) => [clause.name, clause] as const))(
    'do not ask of a place what it is said to lack: %s',
    async (_, clause) => {
      const poor: StoreUnderTest = {
        capabilities: {
          ...memoryStore().capabilities,
          [clause.needs ?? '']: { supported: false, reason: 'it is poor' },
        },
        place: async () => {
          const { open, remove } = await memoryStore().place();
          const withoutQuarantine = () => {
            const { quarantine: _, ...store } = open();
            return store;
          };
          return { open: clause.needs === 'quarantine' ? withoutQuarantine : open, remove };
        },
      };
      await clause.check(poor);
    },
  );

  it('find out a place that has what it is said to lack, and one that lacks what it is said to have', async () => {
    const good = memoryStore();
    const [clause] = storeClauses.filter(({ needs }) => needs === 'damage');
    const absent = { supported: false, reason: 'nobody thought of it' } as const;
    await expect(clause?.check({ ...good, capabilities: { ...good.capabilities, damage: absent } })).rejects.toThrow(
      'damage is declared absent, and there',
    );
    const lacking: StoreUnderTest = {
      ...good,
      place: async () => {
        const { damage, ...place } = await good.place();
        return place;
      },
    };
    await expect(clause?.check(lacking)).rejects.toThrow('damage is declared, and not there');
  });
});
