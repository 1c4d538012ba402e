import assert from 'node:assert/strict';
import { MOST_SEGMENT, type SessionStore } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { hasSucceeded, heldSource, newest, streamOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { append, listed, onSegments, segmentsOf, textsOf, writeWith } from '../kept-segments.js';
import { onStore } from '../sabotage/sabotage.js';
import type { FaultyStore, StorePlace } from '../subject.js';

/** A segment is whole or absent, for every reader and after every fault. */
export const segmentAtomicityClauses: readonly StoreClause[] = [
  {
    name: 'a write gives a generation the segments that come with it; a store without segments refuses them',
    sabotage: onStore((store) => ({
      write: (id, bytes, { segments: _, ...options }) => store.write(id, bytes, options),
    })),
    async check(place) {
      const store = place.open();
      if (store.segments === undefined) {
        await rejects(writeWith(store, 'main', 'base', ['one']), 'invalid-argument');
        assert.deepEqual(await store.list(), []);
        await write(store, 'main', 'base');
        return;
      }
      const texts = ['one', '', 'three '.repeat(30_000)];
      const generation = await writeWith(store, 'main', 'base', texts);
      assert.deepEqual(await textsOf(place.open(), generation), texts);
      await append(store, 'four', { generation, number: 4 });
      assert.equal((await textsOf(place.open(), generation)).at(-1), 'four');
      const large = async function* () {
        yield* listed(['small']);
        yield new Uint8Array(MOST_SEGMENT + 2_048);
      };
      const options = { fence: 1, metadata: {}, segments: large() };
      await rejects(store.write('main', listed(['base']), options), 'invalid-argument');
      assert.equal((await store.read('main'))?.generation, generation);
    },
  },
  {
    name: 'readers see only whole segments while appends run',
    needs: 'segments',
    sabotage: onSegments((segments) => ({
      // Sabotage: a part of the segment is visible first.
      append: async (id, bytes, options) => {
        await segments.append(id, bytes.subarray(0, bytes.length / 2), options);
        await new Promise((resolve) => setImmediate(resolve));
        const all = new Map<number, Uint8Array>();
        for await (const one of segments.read(id, options.generation)) all.set(one.number, one.bytes);
        await segments.drop(id, options);
        for (const [number, kept] of all.set(options.number, bytes))
          await segments.append(id, kept, { ...options, number });
      },
    })),
    async check(place) {
      const [writer, reader] = [place.open(), place.open()];
      const generation = await write(writer, 'main', 'base');
      const texts = Array.from({ length: 6 }, (_, at) => `${at} `.repeat(20_000 * (at + 1)));
      let isDone = false;
      const writing = (async () => {
        for (const [at, text] of texts.entries()) await append(writer, text, { generation, number: at + 1 });
      })().finally(() => {
        isDone = true;
      });
      try {
        let last = 0;
        while (!isDone) {
          const seen = await textsOf(reader, generation);
          assert.ok(seen.length >= last, 'a read returned fewer segments than the read before');
          assert.ok(
            seen.every((text, at) => text === texts[at]),
            'a read returned a part of a segment',
          );
          last = seen.length;
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        await writing;
      }
      assert.equal((await textsOf(reader, generation)).length, texts.length);
    },
  },
  {
    name: 'a generation that is written with segments appears with all of them or not at all',
    needs: 'segments',
    sabotage: onStore((store) => ({
      write: async (id, bytes, { segments = listed([]), ...options }) => {
        const generation = await store.write(id, bytes, options);
        let number = 0;
        for await (const one of segments) {
          number += 1;
          await store.segments?.append(id, one, { ...options, generation, number });
        }
        return generation;
      },
    })),
    async check(place) {
      const store = place.open();
      const older = await writeWith(store, 'main', 'one', ['of the older']);
      const segments = heldSource('a segment, and another one');
      const options = { fence: 1, metadata: { text: 'two' }, segments: segments.bytes };
      const writing = store.write('main', streamOf('two'), options);
      await Promise.race([segments.atHalf, writing]);
      for (const reader of [store, place.open()]) {
        assert.equal(await newest(reader, 'main'), 'one');
        assert.deepEqual(await textsOf(reader, older + 1), []);
      }
      segments.goOn();
      const generation = await writing;
      assert.equal((await textsOf(place.open(), generation)).join(''), 'a segment, and another one');
      const trouble = new Error('the source failed');
      const failing = async function* () {
        yield* listed(['a segment']);
        throw trouble;
      };
      await rejects(store.write('main', streamOf('three'), { ...options, segments: failing() }), 'store-unwritable');
      assert.equal(await newest(place.open(), 'main'), 'two');
      assert.equal((await textsOf(place.open(), generation)).length, 2);
    },
  },
  struck('crash'),
  struck('fail'),
];

/** With `crash` the process dies in the middle of the operation; with `fail` only this operation fails. */
function struck(how: 'crash' | 'fail'): StoreClause {
  const fault = how === 'crash' ? 'a crash at' : 'a failure of';
  return {
    name: `after ${fault} any operation of an append or a write with segments, all is there or none, and the next append succeeds`,
    needs: 'segments',
    // Sabotage: a segment is forgotten, and the store reports success.
    sabotage: onSegments((segments) => ({
      append: async (id, bytes, options) => {
        if (options.number === 1) await segments.append(id, bytes, options);
      },
    })),
    async check(place) {
      await atEveryOperation(place, how, 'append', (faulty, id, generation) =>
        append(faulty, LONG, { id, generation, number: 2 }),
      );
      await atEveryOperation(place, how, 'write', (faulty, id) => writeWith(faulty, id, 'two', ['one', LONG]));
    },
  };
}

const LONG = 'two '.repeat(5_000);

/** Runs `act` on a new session with a fault at its first operation on the place, then at its second, until none is struck. */
async function atEveryOperation(
  place: StorePlace,
  how: 'crash' | 'fail',
  what: string,
  act: (faulty: SessionStore, id: string, generation: number) => Promise<unknown>,
): Promise<void> {
  for (let nth = 1; ; nth += 1) {
    assert.ok(nth < 10_000, `the ${what} makes more than 10,000 operations`);
    const id = `${what}-${how}-${nth}`;
    const first = await writeWith(place.open(), id, 'one', ['one']);
    const faulty = place.faultAt?.(nth, how) ?? neverStruck(place);
    const isDone = await hasSucceeded(act(faulty.store, id, first));
    const wasStruck = faulty.wasStruck();
    await faulty.bury();
    try {
      await settle(place, id, { first, what, isDone });
    } catch (error) {
      throw new Error(`operation ${nth} of the ${what}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
    if (!wasStruck) return;
  }
}

/** Checks that the state is the one before the act or the one after it, and that an append succeeds. */
async function settle(
  place: StorePlace,
  id: string,
  { first, what, isDone }: { readonly first: number; readonly what: string; readonly isDone: boolean },
): Promise<void> {
  const store = place.open();
  const bundle = await store.read(id);
  const generation = bundle?.generation ?? 0;
  const isNew = generation !== first;
  assert.equal(bundle?.metadata.text, isNew ? 'two' : 'one');
  const texts = await textsOf(store, generation, id);
  assert.deepEqual([...texts], texts.length === 2 ? ['one', LONG] : ['one'], 'a segment is not whole');
  if (isDone) assert.equal(texts.length, 2, 'the store reported success, and the segment is gone');
  if (what === 'write') assert.equal(isNew, texts.length === 2, 'a generation lacks a segment that came with it');
  assert.equal((await segmentsOf(store).list(id, generation)).length, texts.length);
  await append(store, 'next', { id, generation, number: texts.length + 1 });
  assert.deepEqual(await textsOf(place.open(), generation, id), [...texts, 'next']);
}

/** For a place in which a test cannot make operations fail. */
function neverStruck({ open }: StorePlace): FaultyStore {
  return { store: open(), wasStruck: () => false, bury: async () => undefined };
}
