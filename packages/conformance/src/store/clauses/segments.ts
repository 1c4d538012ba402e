import assert from 'node:assert/strict';
import { MOST_SEGMENT } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { holderNamed, newest, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { append, onSegments, readSegments, segmentsOf, textsOf, writeWith } from '../kept-segments.js';
import { onLease } from '../sabotage/sabotage.js';

/** A generation has its segments in order, from its newest holder alone, and loses them when it disappears. */
export const segmentClauses: readonly StoreClause[] = [
  {
    name: 'the segments of the newest generation have their order, their numbers and their bytes, in every store over the place',
    needs: 'segments',
    sabotage: onSegments((segments) => ({ read: (id, generation) => segments.read(id, generation) })),
    async check(place) {
      const store = place.open();
      const generation = await write(store, 'main', 'base');
      assert.deepEqual(await textsOf(store, generation), []);
      const texts = ['one', '', 'three '.repeat(40_000)];
      for (const [at, text] of texts.entries()) await append(store, text, { generation, number: at + 1 });
      for (const reader of [store, place.open()]) {
        assert.deepEqual(await textsOf(reader, generation), texts);
        assert.deepEqual((await readSegments(reader, generation, { from: 3 })).texts, texts.slice(2));
        assert.deepEqual((await readSegments(reader, generation, { from: 4 })).texts, []);
        const facts = await segmentsOf(reader).list('main', generation);
        assert.deepEqual(
          facts.map(({ number }) => number),
          [1, 2, 3],
        );
        for (const [at, { size, sha256 }] of facts.entries()) {
          assert.ok(size >= (texts[at]?.length ?? 0), `segment ${at + 1} is listed with ${size} bytes`);
          assert.match(sha256, /^[0-9a-f]{64}$/);
        }
        assert.deepEqual(await segmentsOf(reader).list('main', generation + 1), []);
        assert.deepEqual(await textsOf(reader, generation + 1), []);
        assert.deepEqual(await textsOf(reader, 1, 'other'), []);
      }
      await append(place.open(), 'four', { generation, number: 4 });
      await append(store, 'five', { generation, number: 5 });
      assert.deepEqual((await textsOf(place.open(), generation)).slice(3), ['four', 'five']);
      assert.equal(await newest(store, 'main'), 'base');
    },
  },
  {
    name: 'a store keeps its own copy of the bytes of a segment',
    needs: 'segments',
    sabotage: onSegments((segments) => ({
      append: async (...call) => {
        await undefined;
        return segments.append(...call);
      },
    })),
    async check(place) {
      const store = place.open();
      const generation = await write(store, 'main', 'base');
      const bytes = Buffer.from('what was kept');
      const appending = segmentsOf(store).append('main', bytes, { fence: 1, generation, number: 1 });
      bytes.fill(0);
      await appending;
      assert.deepEqual(await textsOf(place.open(), generation), ['what was kept']);
    },
  },
  {
    name: 'an append to another generation, out of order or too large is refused and changes nothing',
    needs: 'segments',
    sabotage: onSegments((segments) => ({
      append: async (id, bytes, options) => {
        const { length } = await segments.list(id, options.generation);
        return segments.append(id, bytes, { ...options, number: length + 1 });
      },
    })),
    async check(place) {
      const store = place.open();
      const older = await write(store, 'main', 'one');
      await append(store, 'of the older', { generation: older, number: 1 });
      const generation = await write(store, 'main', 'two');
      await append(store, 'one', { generation, number: 1 });
      for (const at of [
        { generation, number: 1 },
        { generation, number: 3 },
        { generation, number: 0 },
        { generation, number: 1.5 },
        { generation: older, number: 2 },
        { generation: generation + 1, number: 1 },
        { generation: Number.NaN, number: 1 },
      ]) {
        await rejects(append(store, 'no', at), 'invalid-argument');
      }
      await rejects(append(store, 'no', { id: 'never-written', generation: 1, number: 1 }), 'invalid-argument');
      await rejects(append(store, 'no', { generation, number: 2, fence: -1 }), 'invalid-argument');
      const [most, more] = [new Uint8Array(MOST_SEGMENT), new Uint8Array(MOST_SEGMENT + 2_048)];
      const options = { fence: 1, generation, number: 2 };
      await rejects(segmentsOf(store).append('main', more, options), 'invalid-argument');
      assert.deepEqual([await textsOf(store, generation), await store.list()], [['one'], ['main']]);
      await segmentsOf(store).append('main', most, options);
      assert.equal((await readSegments(place.open(), generation, { from: 2 })).texts[0]?.length, MOST_SEGMENT);
      assert.deepEqual(await textsOf(store, older), ['of the older']);
    },
  },
  {
    name: 'an append or a drop with an older fence than the greatest is refused, and an append shuts out older writers',
    needs: 'segments',
    sabotage: onSegments((segments) => ({
      drop: (id, options) => segments.drop(id, { ...options, fence: options.fence + 100 }),
    })),
    async check(place) {
      const store = place.open();
      const generation = await write(store, 'main', 'base', 3);
      await append(store, 'one', { generation, number: 1, fence: 5 });
      for (const other of [store, place.open()]) {
        await rejects(append(other, 'late', { generation, number: 2, fence: 4 }), 'stale-fence');
        await rejects(segmentsOf(other).drop('main', { generation, fence: 4 }), 'stale-fence');
        await rejects(write(other, 'main', 'late', 4), 'stale-fence');
      }
      assert.deepEqual(await textsOf(place.open(), generation), ['one']);
      await append(store, 'two', { generation, number: 2, fence: 5 });
    },
  },
  {
    name: 'the former holder of a lease appends nothing once another holder took it, and the other goes on behind it',
    needs: 'segments',
    sabotage: onLease(() => ({ fence: 1_000 })),
    async check(place) {
      const [first, second] = [place.open(), place.open()];
      const lost = await first.lease('main', holderNamed('the first'));
      const generation = await write(first, 'main', 'base', lost.fence);
      await append(first, 'one', { generation, number: 1, fence: lost.fence });
      await lost.release();
      const lease = await second.lease('main', holderNamed('the second'));
      await rejects(append(first, 'late', { generation, number: 2, fence: lost.fence }), 'stale-fence');
      await append(second, 'two', { generation, number: 2, fence: lease.fence });
      await rejects(append(first, 'late', { generation, number: 3, fence: lost.fence }), 'stale-fence');
      assert.deepEqual(await textsOf(place.open(), generation), ['one', 'two']);
      await lease.release();
    },
  },
  {
    name: 'a write removes the segments of a generation that it prunes, and a removal removes all',
    needs: 'segments',
    sabotage: onSegments((segments) => {
      // Sabotage: the store object returns the segments that it has seen, also after their generation is gone.
      const seen = new Map<number, readonly Uint8Array[]>();
      return {
        async *read(id, generation) {
          const now: Uint8Array[] = [];
          for await (const { bytes } of segments.read(id, generation)) now.push(bytes);
          if (now.length > 0) seen.set(generation, now);
          for (const [at, bytes] of (seen.get(generation) ?? []).entries()) yield { number: at + 1, bytes };
        },
      };
    }),
    async check(place) {
      const store = place.open();
      const generations: number[] = [];
      for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) {
        generations.push(await writeWith(store, 'main', text, [`after ${text}`]));
        assert.deepEqual(await textsOf(store, generations.at(-1) ?? 0), [`after ${text}`]);
      }
      for (const generation of generations) {
        const kept = await store.read('main', { before: generation + 1 });
        const expected = kept?.generation === generation ? [`after ${kept.metadata.text}`] : [];
        assert.deepEqual(await textsOf(store, generation), expected);
      }
      await writeWith(store, 'other', 'other', ['stays']);
      await store.remove('main', { fence: 1 });
      for (const generation of generations) assert.deepEqual(await textsOf(store, generation), []);
      assert.deepEqual(await textsOf(store, 1, 'other'), ['stays']);
      const next = await write(store, 'main', 'anew');
      assert.deepEqual(await textsOf(place.open(), next), []);
    },
  },
  {
    name: 'an older generation keeps its segments, and so does a generation in quarantine until it is cleared',
    needs: 'segments',
    sabotage: onSegments((segments, store) => ({
      async *read(id, generation) {
        if ((await store.read(id))?.generation === generation) yield* segments.read(id, generation);
      },
    })),
    async check(place) {
      const store = place.open();
      const older = await writeWith(store, 'main', 'one', ['of the older']);
      const generation = await writeWith(store, 'main', 'two', ['a', 'b']);
      assert.deepEqual(await textsOf(store, older), ['of the older']);
      if (store.quarantine === undefined) return;
      await store.quarantine.put('main', { fence: 1, until: 1_795_000_000_000 });
      assert.deepEqual(await textsOf(place.open(), generation), ['a', 'b']);
      await store.remove('main', { fence: 1 });
      await segmentsOf(store).drop('main', { fence: 1, generation });
      assert.deepEqual([await textsOf(place.open(), generation), await textsOf(store, older)], [['a', 'b'], []]);
      await rejects(append(store, 'c', { generation, number: 3 }), 'invalid-argument');
      await store.quarantine.clear('main', { fence: 1 });
      assert.deepEqual(await textsOf(place.open(), generation), []);
    },
  },
  {
    name: 'a drop removes the segments of a generation and of older ones, no generation, and the numbers begin with 1 again',
    needs: 'segments',
    sabotage: onSegments(() => ({ drop: async () => undefined })),
    async check(place) {
      const store = place.open();
      const older = await writeWith(store, 'main', 'one', ['a']);
      const generation = await writeWith(store, 'main', 'two', ['b', 'c']);
      await segmentsOf(store).drop('main', { fence: 1, generation: older });
      assert.deepEqual([await textsOf(store, older), await textsOf(store, generation)], [[], ['b', 'c']]);
      await segmentsOf(store).drop('main', { fence: 1, generation });
      assert.deepEqual(await textsOf(place.open(), generation), []);
      await append(place.open(), 'd', { generation, number: 1 });
      assert.deepEqual(await textsOf(store, generation), ['d']);
      assert.equal(await newest(store, 'main'), 'two');
    },
  },
  {
    name: 'every call refuses an invalid session id, and ends when it is aborted',
    needs: 'segments',
    sabotage: onSegments((segments) => ({ read: (id, generation) => segments.read(id, generation) })),
    async check(place) {
      const store = place.open();
      const generation = await writeWith(store, 'main', 'base', ['one']);
      const { append: add, list, read, drop } = segmentsOf(store);
      const place2 = { fence: 1, generation, number: 2 };
      const calls = (id: string, options: { readonly signal?: AbortSignal }) => [
        () => add(id, Buffer.from('two'), { ...place2, ...options }),
        () => list(id, generation, options),
        () => read(id, generation, options)[Symbol.asyncIterator]().next(),
        () => drop(id, { fence: 1, generation, ...options }),
      ];
      for (const call of calls('../main', {})) await rejects(call(), 'invalid-session-id');
      for (const call of calls('main', { signal: AbortSignal.abort(new Error('enough')) }))
        await rejects(call(), 'aborted');
      assert.deepEqual(await textsOf(store, generation), ['one']);
    },
  },
];
