import assert from 'node:assert/strict';
import { rejects } from '../../driver/expectations.js';
import { heldSource, holderNamed, newest, oneOf, streamOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onLease, onStore, onStores, recoding } from '../sabotage/sabotage.js';

/** A former holder of the lease can do no harm, and the newest holder wins. */
export const fenceClauses: readonly StoreClause[] = [
  {
    name: 'a write or a removal with an older fence than the greatest is refused, and changes nothing',
    sabotage: onStore((store) => ({
      remove: (id, options) => store.remove(id, { ...options, fence: options.fence + 100 }),
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'the newer one', 7);
      for (const other of [store, place.open()]) {
        await rejects(write(other, 'main', 'the older one', 6), 'stale-fence');
        await rejects(other.remove('main', { fence: 6 }), 'stale-fence');
      }
      assert.equal(await newest(store, 'main'), 'the newer one');
      await write(store, 'main', 'by the same owner', 7);
      await write(store, 'other', 'of another session', 1);
      assert.equal(await newest(store, 'main'), 'by the same owner');
    },
  },
  {
    name: 'a write is refused when a newer holder wrote while its bytes were coming',
    sabotage: recoding('write', 'store-unwritable'),
    async check(place) {
      const source = heldSource('of the older owner');
      const writing = place.open().write('main', source.bytes, { fence: 1, metadata: {} });
      await source.atHalf;
      await write(place.open(), 'main', 'of the newer owner', 2);
      source.goOn();
      await rejects(writing, 'stale-fence');
      assert.equal(await newest(place.open(), 'main'), 'of the newer owner');
      assert.equal(
        await place.open().read('main', { before: (await place.open().read('main'))?.generation ?? 0 }),
        undefined,
      );
    },
  },
  {
    name: 'a write is refused when a newer holder took the lease while its bytes were coming',
    sabotage: onStores(
      () => new Map<string, number>(),
      (store, offered) => ({
        // Sabotage: a caller whose fence passed once passes for ever.
        write: async (id, bytes, options) => {
          try {
            return await store.write(id, bytes, options);
          } catch {
            offered.set(id, options.fence);
            return store.write(id, streamOf('of the older owner'), { ...options, fence: options.fence + 1 });
          }
        },
      }),
    ),
    async check(place) {
      const first = await place.open().lease('main', holderNamed('the first'));
      const source = heldSource('of the older owner');
      const writing = place.open().write('main', source.bytes, { fence: first.fence, metadata: {} });
      await source.atHalf;
      await first.release();
      const second = await place.open().lease('main', holderNamed('the second'));
      source.goOn();
      await rejects(writing, 'stale-fence');
      assert.equal(await place.open().read('main'), undefined);
      await second.release();
    },
  },
  {
    name: 'the fence of a lease is greater than every earlier fence, also after releases, writes and removals',
    sabotage: onStores(
      () => ({ fence: 0 }),
      (store, state) => ({
        lease: async (...call) => {
          const lease = await store.lease(...call);
          state.fence ||= lease.fence;
          return { ...lease, fence: state.fence };
        },
      }),
    ),
    async check(place) {
      const fences: number[] = [0];
      const take = async () => {
        const lease = await place.open().lease('main', holderNamed('one after another'));
        fences.push(lease.fence);
        return lease;
      };
      await (await take()).release();
      await (await take()).release();
      await write(place.open(), 'main', 'far ahead', (fences.at(-1) ?? 0) + 10);
      fences.push((fences.at(-1) ?? 0) + 10);
      await (await take()).release();
      const last = await take();
      await place.open().remove('main', { fence: last.fence });
      await last.release();
      await (await take()).release();
      assert.ok(fences.every(Number.isSafeInteger), `fences are whole numbers: ${fences.join(', ')}`);
      assert.deepEqual(
        [...new Set(fences)].sort((a, b) => a - b),
        fences,
        'the fences do not increase',
      );
    },
  },
  {
    name: 'a new lease shuts out the holder before it, also before the new holder writes anything',
    sabotage: onLease(({ fence }) => ({ fence: fence + 1_000 })),
    async check(place) {
      const first = await place.open().lease('main', holderNamed('the first'));
      await write(place.open(), 'main', 'of the first', first.fence);
      await first.release();
      const second = await place.open().lease('main', holderNamed('the second'));
      await rejects(write(place.open(), 'main', 'late', first.fence), 'stale-fence');
      await rejects(place.open().remove('main', { fence: first.fence }), 'stale-fence');
      await write(place.open(), 'main', 'of the second', second.fence);
      assert.equal(await newest(place.open(), 'main'), 'of the second');
      await second.release();
      const third = await place.open().lease('main', holderNamed('the third'));
      assert.equal(
        third.fence <= second.fence + 1_000,
        true,
        'the fence of a lease is not the fence that the store remembers',
      );
      await write(place.open(), 'main', 'of the third', third.fence);
      await third.release();
    },
  },
  {
    name: 'a removal keeps the fence, so that a former holder writes nothing afterwards',
    sabotage: onStores(
      () => new Set<string>(),
      (store, removed) => ({
        remove: (id, options) => store.remove(id, options).finally(() => removed.add(id)),
        write: (id, bytes, options) =>
          store.write(id, bytes, removed.has(id) ? { ...options, fence: options.fence + 100 } : options),
      }),
    ),
    async check(place) {
      await write(place.open(), 'main', 'to be removed', 4);
      await place.open().remove('main', { fence: 5 });
      await rejects(write(place.open(), 'main', 'come back', 4), 'stale-fence');
      assert.equal(await place.open().read('main'), undefined);
      assert.deepEqual(await place.open().list(), []);
    },
  },
  {
    name: 'when two holders write at once, the newer one wins, and every generation is whole',
    sabotage: onStores(
      () => ({ highest: 0 }),
      (store, state) => ({
        write: async (id, bytes, options) => {
          state.highest = Math.max(state.highest, options.fence) + 1;
          return store.write(id, bytes, { ...options, fence: state.highest });
        },
      }),
    ),
    async check(place) {
      for (let round = 0; round < 6; round += 1) {
        const id = `round-${round}`;
        const [older, newer] = ['of the older owner '.repeat(90), 'of the newer owner '.repeat(80)] as const;
        await write(place.open(), id, 'before them', 1);
        const [first, second] = await Promise.allSettled([
          place.open().write(id, streamOf(older, 64), { fence: 2, metadata: { text: older } }),
          place.open().write(id, streamOf(newer, 64), { fence: 3, metadata: { text: newer } }),
        ]);
        if (first.status === 'rejected') await rejects(Promise.reject(first.reason), 'stale-fence');
        assert.equal(second.status, 'fulfilled', 'the newer holder was refused');
        const last = await place.open().read(id);
        await oneOf(last, [newer]);
        await oneOf(await place.open().read(id, { before: last?.generation ?? 0 }), [older, 'before them']);
        await rejects(write(place.open(), id, 'once more', 2), 'stale-fence');
      }
    },
  },
  {
    name: 'many writes of one holder at once are all stored whole, each with a number of its own',
    sabotage: onStores(
      () => ({ last: 0 }),
      (store, state) => ({
        write: async (...call) => {
          const generation = await store.write(...call);
          state.last ||= generation;
          return state.last;
        },
      }),
    ),
    async check(place) {
      const store = place.open();
      const texts = Array.from({ length: 8 }, (_, at) => `writer ${at} `.repeat(40 * (at + 1)));
      const outcomes = await Promise.allSettled(texts.map((text) => write(store, 'main', text)));
      const given = outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : assert.fail(String(outcome.reason)),
      );
      assert.equal(new Set(given).size, texts.length, `two generations have the same number: ${given.join(', ')}`);
      const last = await place.open().read('main');
      assert.equal(last?.generation, Math.max(...given));
      await oneOf(last, [texts[given.indexOf(Math.max(...given))] ?? '']);
      await oneOf(await place.open().read('main', { before: Math.max(...given) }), texts);
    },
  },
];
