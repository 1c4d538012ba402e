import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesOf, newest, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onBundle, onSource } from '../sabotage/sabotage.js';

const MEGABYTE = 1024 * 1024;

/** How much of a bundle a store may hold in memory, in bytes: as much as packing a whole profile may hold. */
const BOUND = 64 * MEGABYTE;

/** How many pieces of one megabyte a huge bundle has: well over the bound. */
const HUGE = 160;

/** A bundle may have any size. */
export const sizeClauses: readonly StoreClause[] = [
  {
    name: 'an empty bundle differs from no bundle',
    sabotage: onBundle((bundle) => {
      return bundle.metadata.text === '' ? undefined : bundle;
    }),
    async check(place) {
      const store = place.open();
      await write(store, 'main', '');
      const bundle = await store.read('main');
      assert.ok(bundle !== undefined, 'a read returns undefined for an empty bundle');
      assert.equal((await bytesOf(bundle)).length, 0);
      assert.deepEqual(await store.list(), ['main']);
    },
  },
  {
    name: 'a bundle of many megabytes comes back whole',
    sabotage: onSource(async function* (bytes) {
      let size = 0;
      for await (const piece of bytes) {
        size += piece.length;
        if (size <= 8 * MEGABYTE) yield piece;
      }
    }),
    async check(place) {
      const store = place.open();
      const sum = createHash('sha256');
      await store.write(
        'main',
        pieces(12, (piece) => sum.update(piece)),
        { fence: 1, metadata: {} },
      );
      const read = createHash('sha256');
      for await (const piece of (await store.read('main'))?.bytes ?? []) read.update(piece);
      assert.equal(read.digest('hex'), sum.digest('hex'));
      await write(store, 'main', 'a small one after it');
      assert.equal(await newest(store, 'main'), 'a small one after it');
    },
  },
  {
    name: 'a write requests the next piece only after it has processed the one before',
    sabotage: onSource(async function* (bytes) {
      const source = bytes[Symbol.asyncIterator]();
      const asked = Array.from({ length: 64 }, () => source.next());
      for (const one of asked) {
        const next = await one;
        if (next.done === true) return;
        yield next.value;
      }
    }),
    async check(place) {
      let asked = 0;
      let most = 0;
      let left = 40;
      const bytes = {
        [Symbol.asyncIterator]: () => ({
          async next() {
            asked += 1;
            most = Math.max(most, asked);
            await new Promise((resolve) => setImmediate(resolve));
            asked -= 1;
            left -= 1;
            return left < 0 ? { done: true as const, value: undefined } : { value: Buffer.from('piece '), done: false };
          },
        }),
      };
      const store = place.open();
      await store.write('main', bytes, { fence: 1, metadata: {} });
      assert.equal(most, 1, `the store requested ${most} pieces at once`);
      assert.equal(await newest(store, 'main'), 'piece '.repeat(40));
    },
  },
  {
    name: 'a write holds only a bounded part of a huge bundle in memory',
    needs: 'streaming',
    sabotage: onSource(async function* (bytes) {
      const all: Uint8Array[] = [];
      for await (const piece of bytes) all.push(piece);
      yield* all;
      // Sabotage: hold all pieces to the end, as a store that writes all at once does.
      all.length = 0;
    }),
    async check(place) {
      const memory = watchMemory();
      await place.open().write('main', pieces(HUGE, memory.look), { fence: 1, metadata: {} });
      assert.ok(memory.most() < BOUND, `the store held ${memory.most()} bytes of the bundle in memory`);
    },
  },
  {
    name: 'a read holds only a bounded part of a huge bundle in memory, however slow the caller is',
    needs: 'streaming',
    sabotage: onBundle((bundle) => ({
      ...bundle,
      bytes: (async function* () {
        const all: Uint8Array[] = [];
        for await (const piece of bundle.bytes) all.push(piece);
        yield* all;
        all.length = 0;
      })(),
    })),
    async check(place) {
      const store = place.open();
      await store.write(
        'main',
        pieces(HUGE, () => undefined),
        { fence: 1, metadata: {} },
      );
      const memory = watchMemory();
      const bundle = await store.read('main');
      let size = 0;
      let next = 0;
      for await (const piece of bundle?.bytes ?? []) {
        size += piece.length;
        // The reader is slow: a store that reads ahead gets far here.
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        if (size < next) continue;
        next += 8 * MEGABYTE;
        memory.look();
      }
      assert.equal(size, HUGE * MEGABYTE);
      assert.ok(memory.most() < BOUND, `the store held ${memory.most()} bytes of the bundle in memory`);
    },
  },
];

/** Yields different pieces of one megabyte each; calls `seen` before each piece. */
async function* pieces(count: number, seen: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) {
    const piece = Buffer.alloc(MEGABYTE, `piece ${at} `);
    seen(piece);
    yield piece;
  }
}

/** Measures the bytes in buffers beyond those held before; the garbage collector runs first. */
function watchMemory() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = held();
  let looks = 0;
  let most = 0;
  return {
    look() {
      looks += 1;
      if (looks % 8 === 1) most = Math.max(most, held() - before);
    },
    most: () => Math.max(0, most),
  };
}
