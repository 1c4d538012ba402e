import assert from 'node:assert/strict';
import { holderNamed, newest, oneOf, streamOf, textOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onStore, onStores } from '../sabotage/sabotage.js';

/** Generations follow one another, and the store removes them only as promised. */
export const generationClauses: readonly StoreClause[] = [
  {
    name: 'each generation has a greater number than all before it, also after a removal of all',
    sabotage: onStores(
      () => new Map<string, number>(),
      (store, offsets) => ({
        remove: async (id, options) => {
          const last = (await store.read(id))?.generation ?? 0;
          await store.remove(id, options);
          offsets.set(id, last);
        },
        write: async (id, ...call) => (await store.write(id, ...call)) - (offsets.get(id) ?? 0),
      }),
    ),
    async check(place) {
      const given: number[] = [];
      for (const text of ['one', 'two', 'three']) given.push(await write(place.open(), 'main', text));
      await place.open().remove('main', { fence: 1 });
      for (const text of ['four', 'five']) given.push(await write(place.open(), 'main', text));
      assert.ok(given.every(Number.isSafeInteger), `numbers of generations are whole: ${given.join(', ')}`);
      assert.deepEqual(
        [...new Set(given)].sort((a, b) => a - b),
        given,
        'the numbers do not increase',
      );
      assert.equal((await place.open().read('main'))?.generation, given.at(-1));
    },
  },
  {
    name: 'a read with `before` returns the generation before that number, and nothing before the oldest',
    sabotage: onStore((store) => ({ read: (id, { before, ...others } = {}) => store.read(id, others) })),
    async check(place) {
      const store = place.open();
      const first = await write(store, 'main', 'first');
      const second = await write(store, 'main', 'second');
      const before = await store.read('main', { before: second });
      assert.deepEqual([before?.generation, await textOf(before), before?.metadata.text], [first, 'first', 'first']);
      assert.equal(await newest(store, 'main'), 'second');
      assert.equal(await textOf(await store.read('main', { before: second + 1 })), 'second');
      assert.equal(await store.read('main', { before: first }), undefined);
      assert.equal(await store.read('main', { before: 0 }), undefined);
    },
  },
  {
    name: 'the store keeps at least the last two',
    sabotage: onStore((store) => ({
      read: async (id, options) => (options?.before === undefined ? store.read(id, options) : undefined),
    })),
    async check(place) {
      const store = place.open();
      for (let at = 1; at <= 6; at += 1) {
        await write(store, 'main', `text ${at}`);
        const last = await store.read('main');
        assert.equal(await oneOf(last, [`text ${at}`]), `text ${at}`);
        if (at > 1) await oneOf(await store.read('main', { before: last?.generation ?? 0 }), [`text ${at - 1}`]);
      }
    },
  },
  {
    name: 'the store keeps a generation that each write names in `keep`, however many writes follow',
    sabotage: onStores(
      () => ({ count: 0 }),
      (store, state) => ({
        // Sabotage: a store without the option `keep`, which keeps three generations.
        write: (id, bytes, { keep: _, ...options }) => {
          state.count += 1;
          return store.write(id, bytes, options);
        },
        read: async (id, options) => {
          const bundle = await store.read(id, options);
          return bundle !== undefined && bundle.generation > state.count - 3 ? bundle : undefined;
        },
      }),
    ),
    async check(place) {
      const store = place.open();
      const kept = await write(store, 'main', 'to be kept');
      let last = kept;
      for (let at = 1; at <= 6; at += 1) {
        last = await store.write('main', streamOf(`text ${at}`), { fence: 1, metadata: {}, keep: [kept] });
      }
      const reader = place.open();
      const [newest, before] = [await reader.read('main'), await reader.read('main', { before: last })];
      assert.deepEqual([await textOf(newest), await textOf(before)], ['text 6', 'text 5']);
      await oneOf(await reader.read('main', { before: kept + 1 }), ['to be kept']);
      await store.remove('main', { fence: 1 });
      assert.equal(
        await place.open().read('main'),
        undefined,
        'the generation in `keep` still exists after the removal',
      );
    },
  },
  {
    name: 'a write ignores numbers in `keep` that do not exist',
    sabotage: onStore((store) => ({
      write: async (id, bytes, options) => {
        for (const generation of options.keep ?? []) {
          const bundle = await store.read(id, { before: generation + 1 });
          if (bundle?.generation !== generation) throw new Error(`There is no generation ${generation}.`);
        }
        return store.write(id, bytes, options);
      },
    })),
    async check(place) {
      const store = place.open();
      const options = { fence: 1, metadata: {}, keep: [0, 3, Number.MAX_SAFE_INTEGER] };
      for (const text of ['one', 'two']) await store.write('main', streamOf(text), options);
      assert.equal(await newest(store, 'main'), 'two');
    },
  },
  {
    name: 'each generation has the metadata of its own write',
    sabotage: onStores(
      () => new Map<string, Readonly<Record<string, string>>>(),
      (store, latest) => ({
        write: (id, bytes, options) => {
          latest.set(id, options.metadata);
          return store.write(id, bytes, options);
        },
        read: async (id, options) => {
          const bundle = await store.read(id, options);
          return bundle && { ...bundle, metadata: latest.get(id) ?? {} };
        },
      }),
    ),
    async check(place) {
      const store = place.open();
      await store.write('main', streamOf('one'), { fence: 1, metadata: { number: '1', only: 'here' } });
      const second = await store.write('main', streamOf('two'), { fence: 1, metadata: { number: '2' } });
      assert.deepEqual({ ...(await store.read('main'))?.metadata }, { number: '2' });
      const before = await store.read('main', { before: second });
      assert.deepEqual({ ...before?.metadata }, { number: '1', only: 'here' });
    },
  },
  {
    name: 'a removal removes all generations of a session and of no other; an empty session is no error',
    sabotage: onStores(
      () => new Map<string, number>(),
      (store, removed) => ({
        remove: async (id) => void removed.set(id, (await store.read(id))?.generation ?? 0),
        // Sabotage: the generation before the removed one reappears.
        read: async (id, options) => store.read(id, { before: removed.get(id) ?? Number.MAX_SAFE_INTEGER, ...options }),
      }),
    ),
    async check(place) {
      const store = place.open();
      await store.remove('main', { fence: 1 });
      for (const id of ['main', 'other']) for (const text of ['one', 'two']) await write(store, id, text);
      await store.remove('main', { fence: 1 });
      await place.open().remove('main', { fence: 1 });
      assert.equal(await store.read('main'), undefined);
      assert.equal(await store.read('main', { before: Number.MAX_SAFE_INTEGER }), undefined);
      assert.deepEqual(await store.list(), ['other']);
      assert.equal(await newest(store, 'other'), 'two');
      await write(store, 'main', 'three');
      assert.equal(await newest(store, 'main'), 'three');
      assert.equal(await store.read('main', { before: (await store.read('main'))?.generation ?? 0 }), undefined);
    },
  },
  {
    name: '`list` returns each session that has a generation once, and no other session',
    sabotage: onStores(
      () => new Set<string>(),
      (store, known) => ({
        lease: (id, ...call) => {
          known.add(id);
          return store.lease(id, ...call);
        },
        list: async () => [...new Set([...(await store.list()), ...known])],
      }),
    ),
    async check(place) {
      const store = place.open();
      const lease = await store.lease('held', holderNamed('the holder'));
      await store.remove('removed', { fence: 1 });
      assert.deepEqual(await store.list(), [], 'a session without a generation is listed');
      for (let at = 0; at < 12; at += 1) await write(store, `many-${at}`, 'x');
      await write(store, 'many-1', 'y');
      await write(store, 'held', 'z', lease.fence);
      const ids = [...Array.from({ length: 12 }, (_, at) => `many-${at}`), 'held'];
      assert.deepEqual([...(await place.open().list())].sort(), ids.sort());
      await lease.release();
    },
  },
];
