import assert from 'node:assert/strict';
import { isWakeyError, type SessionStore, type StoreQuarantine } from '@wakey/core';
import { textOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onStore, type StoreSabotage } from '../sabotage/sabotage.js';
import type { StoreHooks, StorePlace } from '../subject.js';

/** One generation survives a removal in quarantine, hidden, until the quarantine is cleared. */
export const quarantineClauses: readonly StoreClause[] = [
  {
    name: 'a generation in quarantine, and the end of its quarantine, survive a removal of the session',
    needs: 'quarantine',
    sabotage: onStore((store) => ({
      remove: async (id, options) => {
        await store.quarantine?.clear(id, options);
        await store.remove(id, options);
      },
    })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      const two = await writeTwo(store);
      assert.equal(await quarantine.look('main'), undefined, 'the quarantine of a new session is not empty');
      assert.deepEqual(await quarantine.put('main', put), { generation: two, until: put.until });
      await store.remove('main', { fence: 1 });
      const later = opened(place.open());
      assert.deepEqual(await later.quarantine.look('main'), { generation: two, until: put.until });
      const bundle = await later.quarantine.read('main');
      assert.deepEqual([bundle?.generation, bundle?.metadata.text, await textOf(bundle)], [two, 'two', 'two']);
    },
  },
  {
    name: '`read` and `list` of the store do not show a generation in quarantine',
    needs: 'quarantine',
    sabotage: onStore((store) => ({
      read: async (id, options) => (await store.read(id, options)) ?? store.quarantine?.read(id),
    })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      await writeTwo(store);
      await quarantine.put('main', put);
      assert.equal(
        await textOf(await store.read('main')),
        'one',
        'the store still returns the generation that is in quarantine',
      );
      await store.remove('main', { fence: 1 });
      assert.deepEqual([await store.list(), await store.read('main')], [[], undefined]);
    },
  },
  {
    name: 'a second move of the same generation changes nothing, also after a removal of the session',
    needs: 'quarantine',
    sabotage: onQuarantine((quarantine, store) => ({
      put: async (id, options) => {
        if ((await store.read(id)) === undefined) await quarantine.clear(id, options);
        return quarantine.put(id, options);
      },
    })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      const two = await writeTwo(store);
      const later = { ...put, until: put.until + 1 };
      for (const options of [put, later]) {
        assert.deepEqual(await quarantine.put('main', options), { generation: two, until: put.until });
      }
      await store.remove('main', { fence: 1 });
      assert.deepEqual(await quarantine.put('main', later), { generation: two, until: put.until });
      assert.equal(await textOf(await quarantine.read('main')), 'two');
      assert.equal(
        await quarantine.put('other', put),
        undefined,
        'a session without a generation has one in quarantine',
      );
    },
  },
  {
    name: 'a move replaces the generation in quarantine by a newer one, and writes leave it alone',
    needs: 'quarantine',
    sabotage: onQuarantine((quarantine) => ({
      put: async (id, options) => (await quarantine.look(id)) ?? quarantine.put(id, options),
    })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      const two = await writeTwo(store);
      await quarantine.put('main', put);
      await store.remove('main', { fence: 1 });
      const given: number[] = [];
      for (const text of ['three', 'four', 'five']) given.push(await write(store, 'main', text));
      assert.ok(Math.min(...given) > two, 'a new generation has the number of the generation in quarantine');
      assert.equal(await textOf(await quarantine.read('main')), 'two');
      assert.equal((await quarantine.put('main', put))?.generation, given.at(-1));
      assert.deepEqual(
        [await textOf(await quarantine.read('main')), await textOf(await store.read('main'))],
        ['five', 'four'],
      );
    },
  },
  {
    name: 'a cleared quarantine is empty, and clearing an empty one is no error',
    needs: 'quarantine',
    sabotage: onQuarantine(() => ({ clear: async () => undefined })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      await quarantine.clear('main', { fence: 1 });
      await writeTwo(store);
      await quarantine.put('main', put);
      await quarantine.clear('main', { fence: 1 });
      const later = opened(place.open());
      assert.deepEqual(
        [await later.quarantine.look('main'), await later.quarantine.read('main')],
        [undefined, undefined],
      );
      assert.equal(
        await textOf(await later.store.read('main')),
        'one',
        'clearing the quarantine removed more than its content',
      );
    },
  },
  {
    name: 'a former holder cannot change the quarantine',
    needs: 'quarantine',
    sabotage: onQuarantine((quarantine) => ({
      put: (id, options) => quarantine.put(id, { ...options, fence: Number.MAX_SAFE_INTEGER }),
    })),
    async check(place) {
      const { store, quarantine } = opened(place.open());
      await write(store, 'main', 'one', 5);
      const stale = { ...put, fence: 4 };
      for (const change of [() => quarantine.put('main', stale), () => quarantine.clear('main', stale)]) {
        await assert.rejects(change, (error) => isWakeyError(error, 'stale-fence'));
      }
      assert.equal(await textOf(await store.read('main')), 'one');
    },
  },
  ...struck(
    'crash',
    'a crash at any operation of a move leaves the newest generation whole as a backup or in quarantine, and the next move finishes',
  ),
  ...struck(
    'fail',
    'a failure of any operation of a move leaves the newest generation whole as a backup or in quarantine, and the next move finishes',
  ),
];

const put = { fence: 1, until: 1_795_000_000_000 } as const;

/** Writes two generations, one after the other; returns the number of the second. */
async function writeTwo(store: SessionStore): Promise<number> {
  await write(store, 'main', 'one');
  return write(store, 'main', 'two');
}

function opened(store: SessionStore): { readonly store: SessionStore; readonly quarantine: StoreQuarantine } {
  assert.ok(store.quarantine, 'quarantine is declared present, but is absent');
  return { store, quarantine: store.quarantine };
}

function onQuarantine(
  change: (quarantine: StoreQuarantine, store: SessionStore) => Partial<StoreQuarantine>,
): StoreSabotage {
  return onStore((store) => {
    const { quarantine } = store;
    return quarantine === undefined ? {} : { quarantine: { ...quarantine, ...change(quarantine, store) } };
  });
}

/** For a place in which a test cannot make operations fail. */
function neverStruck({ open }: StorePlace): StoreHooks['faultAt'] {
  return () => ({ store: open(), wasStruck: () => false, bury: async () => undefined });
}

function struck(how: 'crash' | 'fail', name: string): readonly StoreClause[] {
  return [
    {
      name,
      needs: 'quarantine',
      sabotage: onQuarantine((quarantine, store) => ({
        // Sabotage: the store removes the generation first, and moves it afterwards.
        put: async (id, options) => {
          await store.remove(id, options);
          return quarantine.put(id, options);
        },
      })),
      async check(place) {
        const { faultAt = neverStruck(place) }: StorePlace = place;
        for (let nth = 1; ; nth += 1) {
          const id = `session-${nth}`;
          await write(place.open(), id, 'one');
          const two = await write(place.open(), id, 'two');
          const fault = faultAt(nth, how);
          await opened(fault.store)
            .quarantine.put(id, put)
            .catch((error: unknown) => assert.ok(isWakeyError(error)));
          await fault.bury();
          const { store, quarantine } = opened(place.open());
          const [kept, aside] = [await textOf(await store.read(id)), await textOf(await quarantine.read(id))];
          assert.ok(
            kept === 'two' || aside === 'two',
            `after a fault at operation ${nth} the newest generation is gone`,
          );
          assert.deepEqual(await quarantine.put(id, put), { generation: two, until: put.until });
          await store.remove(id, { fence: 1 });
          assert.equal(
            await textOf(await quarantine.read(id)),
            'two',
            `after a fault at operation ${nth} the move cannot be finished`,
          );
          if (!fault.wasStruck()) break;
        }
      },
    },
  ];
}
