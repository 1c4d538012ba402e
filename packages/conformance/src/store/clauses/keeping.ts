import assert from 'node:assert/strict';
import { rejects } from '../../driver/expectations.js';
import { bytesOf, newest, streamOf, textOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onBundle, onSource, onStore, onStores } from '../sabotage/sabotage.js';

/** A read returns exactly what was written. */
export const keepingClauses: readonly StoreClause[] = [
  {
    name: 'every store over the same place reads the bytes that one of them wrote, and undefined for other sessions',
    sabotage: onStores(
      () => undefined,
      (store) => {
        const own = new Set<string>();
        return {
          write: (id, ...call) => store.write(id, ...call).finally(() => own.add(id)),
          read: async (id, options) => (own.has(id) ? store.read(id, options) : undefined),
        };
      },
    ),
    async check(place) {
      const store = place.open();
      assert.equal(await store.read('main'), undefined);
      assert.deepEqual(await store.list(), []);
      const generation = await write(store, 'main', 'what was written');
      for (const reader of [store, place.open()]) {
        const bundle = await reader.read('main');
        assert.equal(bundle?.generation, generation);
        assert.equal(await textOf(bundle), 'what was written');
        assert.deepEqual(await reader.list(), ['main']);
        assert.equal(await reader.read('other'), undefined);
      }
    },
  },
  {
    name: 'bytes of every value come back unchanged, in whatever pieces they were written',
    sabotage: onSource(async function* (bytes) {
      for await (const piece of bytes) yield Buffer.from(Buffer.from(piece).toString());
    }),
    async check(place) {
      const all = Uint8Array.from({ length: 1_024 }, (_, at) => at % 256);
      async function* pieces() {
        yield new Uint8Array();
        yield all.subarray(0, 1);
        yield new Uint8Array();
        yield all.subarray(1, 700);
        // A view into the middle of a larger buffer.
        yield Buffer.concat([Buffer.from('before'), all]).subarray(706);
      }
      const store = place.open();
      await store.write('main', pieces(), { fence: 1, metadata: {} });
      const bundle = await store.read('main');
      assert.ok(bundle !== undefined);
      assert.ok((await bytesOf(bundle)).equals(all), 'the bytes differ from those that were written');
    },
  },
  {
    name: 'the store keeps its own copy of the bytes and of the metadata',
    sabotage: onStore((store) => ({
      // Collect the pieces first, and look at them after the last has arrived.
      write: async (id, bytes, options) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of bytes) pieces.push(piece);
        return store.write(id, streamOf(Buffer.concat(pieces)), options);
      },
    })),
    async check(place) {
      const store = place.open();
      const buffer = Buffer.alloc(4);
      async function* reusing() {
        for (const text of ['one ', 'two ', 'end.']) {
          buffer.write(text);
          yield buffer;
        }
        buffer.fill('x');
      }
      const metadata = { of: 'the first' };
      const writing = store.write('main', reusing(), { fence: 1, metadata });
      await writing;
      metadata.of = 'nobody';
      assert.equal(await newest(store, 'main'), 'one two end.');
      const bundle = await store.read('main');
      assert.deepEqual({ ...bundle?.metadata }, { of: 'the first' });
      for await (const piece of bundle?.bytes ?? []) piece.fill(0);
      assert.equal(await newest(store, 'main'), 'one two end.', 'a reader can change the stored bytes');
    },
  },
  {
    name: 'a read returns pieces that the caller may keep',
    sabotage: onBundle((bundle) => ({
      ...bundle,
      bytes: (async function* () {
        const buffer = new Uint8Array(1_000);
        for await (const piece of bundle.bytes) {
          for (let at = 0; at < piece.length; at += 1_000) {
            buffer.set(piece.subarray(at, at + 1_000));
            yield buffer.subarray(0, Math.min(1_000, piece.length - at));
          }
        }
      })(),
    })),
    async check(place) {
      const store = place.open();
      const text = Array.from({ length: 100_000 }, (_, at) => at).join();
      await store.write('main', streamOf(text, 65_536), { fence: 1, metadata: {} });
      assert.ok((await newest(store, 'main')) === text, 'a piece changed after the caller had received it');
    },
  },
  {
    name: 'the caller can read the bytes of a bundle only once',
    sabotage: onBundle((bundle) => {
      const bytes = bytesOf(bundle);
      return { ...bundle, bytes: { [Symbol.asyncIterator]: () => once(bytes) } };
    }),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'once');
      const bundle = await store.read('main');
      assert.equal(await textOf(bundle), 'once');
      await rejects(textOf(bundle), 'invalid-argument');
    },
  },
  {
    name: 'two callers can read a bundle at once, and one can stop half-way',
    sabotage: onStore((store) => {
      let readers = 0;
      return {
        read: async (...call) => {
          const bundle = await store.read(...call);
          readers += 1;
          return readers === 2 && bundle ? { ...bundle, bytes: streamOf('') } : bundle;
        },
      };
    }),
    async check(place) {
      const store = place.open();
      const text = 'to be read by two '.repeat(50_000);
      await store.write('main', streamOf(text, 65_536), { fence: 1, metadata: {} });
      const [one, two] = await Promise.all([store.read('main'), store.read('main')]);
      let first = '';
      for await (const piece of one?.bytes ?? []) {
        first = Buffer.from(piece).toString();
        break;
      }
      assert.ok(first !== '' && text.startsWith(first), 'the first reader did not get the beginning');
      assert.ok((await textOf(two)) === text, 'the second reader did not get all bytes');
      await store.remove('main', { fence: 1 });
      assert.equal(await store.read('main'), undefined);
    },
  },
  {
    name: 'metadata of every kind comes back unchanged: none, empty, long, in many scripts, with any name',
    sabotage: onStore((store) => ({
      write: (id, bytes, { metadata, ...options }) =>
        store.write(id, bytes, {
          ...options,
          metadata: Object.fromEntries(Object.entries(metadata).filter(([, v]) => v)),
        }),
    })),
    async check(place) {
      const store = place.open();
      const kinds: readonly Readonly<Record<string, string>>[] = [
        {},
        { empty: '', '': 'no name', ' ': ' ' },
        { 'ключ "=\\': 'مرحبا 你好 👩‍👩‍👧 \u0000\u2028\n\t\ud83d\ude00' },
        { long: 'x'.repeat(16_384) },
        Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key-${at}`, `${at}`])),
        JSON.parse('{ "__proto__": "a name like any other", "constructor": "as well", "toString": "too" }'),
      ];
      for (const metadata of kinds) {
        await store.write('main', streamOf('x'), { fence: 1, metadata });
        const kept = (await place.open().read('main'))?.metadata;
        assert.deepEqual(sorted(kept ?? {}), sorted(metadata));
      }
    },
  },
  {
    name: 'sessions stay separate when the id of one begins with the id of the other',
    sabotage: onStore((store) => ({
      remove: async (id, options) => {
        for (const one of await store.list()) if (one.startsWith(id)) await store.remove(one, options);
      },
    })),
    async check(place) {
      const store = place.open();
      const ids = ['a', 'a.b', 'a-b', 'a_b', 'ab', 'a..b', 'a.b.json', '0', 'x'.repeat(64), 'x'.repeat(63)];
      for (const id of ids) await write(store, id, `that of ${id}`);
      assert.deepEqual([...(await store.list())].sort(), [...ids].sort());
      for (const id of ids) assert.equal(await newest(store, id), `that of ${id}`);
      await store.remove('a', { fence: 1 });
      await store.remove('x'.repeat(63), { fence: 1 });
      const left = ids.filter((id) => id !== 'a' && id !== 'x'.repeat(63));
      assert.deepEqual([...(await store.list())].sort(), left.sort());
      for (const id of left) assert.equal(await newest(store, id), `that of ${id}`);
    },
  },
  {
    name: 'sessions whose ids differ only in case stay separate, or the store refuses the second',
    sabotage: onStore((store) => ({
      read: (id, options) => store.read(id.toLowerCase(), options),
      write: (id, ...call) => store.write(id.toLowerCase(), ...call),
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'that of main');
      const isKept = await write(store, 'Main', 'that of Main').then(
        () => true,
        (error) => rejects(Promise.reject(error), 'store-unreadable').then(() => false),
      );
      assert.equal(await newest(store, 'main'), 'that of main');
      if (isKept) assert.equal(await newest(store, 'Main'), 'that of Main');
      else await rejects(store.read('Main'), 'store-unreadable');
      assert.deepEqual([...(await store.list())].sort(), isKept ? ['Main', 'main'] : ['main']);
    },
  },
];

async function* once(bytes: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

function sorted(metadata: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
}
