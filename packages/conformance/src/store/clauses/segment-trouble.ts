import assert from 'node:assert/strict';
import { isWakeyError } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { newest } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { append, onSegments, readSegments, segmentsOf, textsOf, writeWith } from '../kept-segments.js';
import { onPlace } from '../sabotage/sabotage.js';
import type { StorePlace } from '../subject.js';

/** A segment is whole or absent, whatever happens to the process or the place; damage is told and loses nothing before it. */
export const segmentTroubleClauses: readonly StoreClause[] = [
  {
    name: 'a read returns all segments before one that is damaged or missing in the middle, and then throws',
    needs: 'damageSegment',
    sabotage: onSegments((segments) => ({
      async *read(...call) {
        try {
          yield* segments.read(...call);
        } catch (error) {
          if (!isWakeyError(error, 'store-unreadable')) throw error;
        }
      },
    })),
    async check(place) {
      const texts = ['one', 'two', 'three'];
      for (const [how, number] of [
        ['flip', 1],
        ['flip', 2],
        ['flip', 3],
        ['lose', 1],
        ['lose', 2],
      ] as const) {
        const id = `${how}-${number}`;
        const store = place.open();
        const generation = await writeWith(store, id, 'base', texts);
        await place.damageSegment(id, generation, number, how);
        for (const reader of [store, place.open()]) {
          const found = await readSegments(reader, generation, { id });
          assert.deepEqual(found.texts, texts.slice(0, number - 1));
          assert.ok(isWakeyError(found.error, 'store-unreadable'), `${id} is reported as ${String(found.error)}`);
          assert.equal(await newest(reader, id), 'base');
        }
        const next = await writeWith(place.open(), id, 'next', ['whole']);
        assert.deepEqual(await textsOf(place.open(), next, id), ['whole']);
      }
    },
  },
  {
    name: 'a last segment that a crash cut short does not exist, and the next append takes its place',
    needs: 'damageSegment',
    sabotage: onPlace(({ damageSegment }) => ({
      damageSegment: async (id, generation, number) => damageSegment?.(id, generation, number, 'flip'),
    })),
    async check(place) {
      const generation = await writeWith(place.open(), 'main', 'base', ['one', 'torn']);
      await place.damageSegment('main', generation, 2, 'cut');
      const store = place.open();
      assert.deepEqual(await textsOf(store, generation), ['one']);
      assert.deepEqual(
        (await segmentsOf(store).list('main', generation)).map(({ number }) => number),
        [1],
      );
      await append(store, 'two', { generation, number: 2 });
      await append(store, 'three', { generation, number: 3 });
      assert.deepEqual(await textsOf(place.open(), generation), ['one', 'two', 'three']);
    },
  },
  {
    name: 'an append to a full place is refused and changes nothing, and succeeds when there is room again',
    needs: 'segments',
    sabotage: onSegments(() => ({ append: async () => undefined })),
    async check(place) {
      const { fill, protect }: StorePlace = place;
      const store = place.open();
      const generation = await writeWith(store, 'main', 'base', ['one']);
      for (const [at, impede] of [fill, protect].entries()) {
        const number = at + 2;
        const large = `${number}`.repeat(300_000);
        const allow = await impede?.();
        for (const one of allow === undefined ? [] : [store, place.open()])
          await rejects(append(one, large, { generation, number }), 'store-unwritable');
        assert.equal((await textsOf(store, generation)).length, number - 1);
        await allow?.();
        await append(store, large, { generation, number });
        assert.equal((await textsOf(place.open(), generation)).at(-1) === large, true);
      }
    },
  },
  {
    name: 'a place that does not answer has unreadable segments, not none',
    needs: 'segments',
    sabotage: onSegments((segments) => ({
      list: (...call) => segments.list(...call).catch(() => []),
      async *read(...call) {
        for await (const one of segments.read(...call)) yield { ...one, bytes: one.bytes.slice(1) };
      },
    })),
    async check(place) {
      const { disconnect }: StorePlace = place;
      const store = place.open();
      const generation = await writeWith(store, 'main', 'base', ['one']);
      const reconnect = await disconnect?.();
      for (const cut of reconnect === undefined ? [] : [store, place.open()]) {
        await rejects(segmentsOf(cut).list('main', generation), 'store-unreadable');
        const { error } = await readSegments(cut, generation);
        assert.ok(isWakeyError(error, 'store-unreadable'), `the read ended with ${String(error)}`);
      }
      await reconnect?.();
      assert.deepEqual(await textsOf(store, generation), ['one']);
    },
  },
];
