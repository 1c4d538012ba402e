import assert from 'node:assert/strict';
import { isWakeyError } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { bytesOf, hasSucceeded, heldSource, holderNamed, newest, oneOf, streamOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onPlace, onSource, onStore, onStores } from '../sabotage/sabotage.js';
import type { StoreHooks, StorePlace } from '../subject.js';

/** A generation is complete, or absent. */
export const atomicityClauses: readonly StoreClause[] = [
  {
    name: 'a reader never sees a part of a generation that a write is still adding',
    sabotage: onStore((store) => ({
      write: async (id, bytes, options) => {
        for await (const piece of bytes) {
          await store.write(id, streamOf(piece, 1_000), options);
        }
        return store.write(id, streamOf(''), options);
      },
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'old', 'what was there');
      for (const [id, seen] of [
        ['old', 'what was there'],
        ['new', undefined],
      ] as const) {
        const source = heldSource('what comes, in two halves');
        const writing = store.write(id, source.bytes, { fence: 1, metadata: {} });
        try {
          await Promise.race([source.atHalf, writing]);
          for (const reader of [store, place.open()]) {
            assert.equal(await newest(reader, id), seen);
            assert.equal((await reader.list()).includes(id), seen !== undefined);
          }
        } finally {
          source.goOn();
          await writing;
        }
        assert.equal(await newest(place.open(), id), 'what comes, in two halves');
      }
    },
  },
  {
    name: 'readers see only whole generations, and `list` only whole lists, while a write runs',
    sabotage: onStores(
      () => ({ writing: 0 }),
      (store, state) => ({
        write: async (...call) => {
          state.writing += 1;
          try {
            return await store.write(...call);
          } finally {
            state.writing -= 1;
          }
        },
        list: async (options) => (state.writing > 0 ? [] : store.list(options)),
      }),
    ),
    async check(place) {
      const [writer, reader] = [place.open(), place.open()];
      const texts = Array.from({ length: 8 }, (_, at) => `${at} `.repeat(400 * (at + 1)));
      await write(writer, 'main', texts[0] ?? '');
      await write(writer, 'still', 'still');
      let isDone = false;
      const writing = (async () => {
        for (const text of texts.slice(1)) await write(writer, 'main', text);
      })().finally(() => {
        isDone = true;
      });
      try {
        let last = 0;
        while (!isDone) {
          assert.deepEqual([...(await reader.list())].sort(), ['main', 'still']);
          const bundle = await reader.read('main');
          // A generation that newer ones displaced in the meantime may refuse to be read; its bytes must never be
          // wrong.
          const text = await oneOf(bundle, texts).catch((error) => {
            if (isWakeyError(error, 'store-unreadable')) return undefined;
            throw error;
          });
          if (text !== undefined)
            assert.ok(texts.indexOf(text) >= last, 'a read returned an older generation than the read before');
          last = text === undefined ? last : texts.indexOf(text);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        await writing;
      }
      assert.equal(await newest(reader, 'main'), texts.at(-1));
    },
  },
  {
    name: 'a write whose source fails leaves the old generation, and its error has the error of the source as a cause',
    sabotage: onSource(async function* (bytes) {
      const source = bytes[Symbol.asyncIterator]();
      for (;;) {
        const next = await source.next().catch(() => ({ done: true as const, value: undefined }));
        if (next.done === true) return;
        yield next.value;
      }
    }),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'the old one');
      const trouble = new Error('the browser died');
      async function* failing() {
        yield Buffer.from('begun');
        throw trouble;
      }
      for (const id of ['main', 'new']) {
        const error = await rejects(store.write(id, failing(), { fence: 1, metadata: {} }), 'store-unwritable');
        assert.ok(causes(error).includes(trouble), 'the error of the source is not among the causes');
      }
      assert.equal(await newest(store, 'main'), 'the old one');
      assert.equal(await store.read('new'), undefined);
      assert.deepEqual(await store.list(), ['main']);
      await write(store, 'main', 'the next one');
      assert.equal(await newest(store, 'main'), 'the next one');
    },
  },
  crashing('write', {
    act: (store, id, first) => store.write(id, streamOf(THIRD), { fence: 3, metadata: { text: THIRD }, keep: [first] }),
    settle: async (store, id, isDone) => {
      const bundle = await store.read(id);
      const text = await oneOf(bundle, isDone ? [THIRD] : ['two', THIRD]);
      const older = await store.read(id, { before: bundle?.generation ?? 0 });
      await oneOf(older, text === THIRD ? ['two'] : ['one']);
      if (text === THIRD) await oneOf(await store.read(id, { before: older?.generation ?? 0 }), ['one']);
      return text;
    },
    sabotage: onStore((store) => ({
      write: async (id, bytes, options) => {
        if (options.metadata.text === THIRD) await store.remove(id, options);
        return store.write(id, bytes, options);
      },
    })),
  }),
  crashing('remove', {
    act: (store, id) => store.remove(id, { fence: 3 }),
    settle: async (store, id, isDone) => {
      const bundle = await store.read(id);
      if (isDone) assert.equal(bundle, undefined, 'the removed generation still exists');
      const text = bundle === undefined ? 'none' : await oneOf(bundle, ['two']);
      await store.remove(id, { fence: 3 });
      assert.equal(await store.read(id), undefined);
      return text;
    },
    sabotage: onStore((store) => ({
      // Sabotage: remove the newest first. If the process dies on the way, an older generation remains.
      remove: async (id, options) => {
        const first = await store.read(id, { before: (await store.read(id))?.generation ?? 0 });
        const bytes = first && (await bytesOf(first));
        await store.remove(id, options);
        if (first === undefined || bytes === undefined) return;
        await store.write(id, streamOf(bytes), { ...options, metadata: first.metadata });
        await store.remove(id, options);
      },
    })),
  }),
  crashing('lease', {
    act: async (store, id) => (await store.lease(id, holderNamed('the one who dies'))).release(),
    settle: async (store, id) => oneOf(await store.read(id), ['two']),
    // Sabotage: the place gets no notice that the process is dead.
    sabotage: onPlace(({ faultAt, passTime }) => ({
      ...(faultAt && { faultAt: (...call) => ({ ...faultAt(...call), bury: async () => undefined }) }),
      ...(passTime && { passTime: async () => undefined }),
    })),
  }),
];

const THIRD = 'three, a longer one';

interface Crashing {
  /** `first`: the number of the oldest generation. */
  readonly act: (store: ReturnType<StorePlace['open']>, id: string, first: number) => Promise<unknown>;
  /**
   * Checks the session afterwards, and returns the text of its newest generation. `isDone`: whether the act succeeded.
   */
  readonly settle: (store: ReturnType<StorePlace['open']>, id: string, isDone: boolean) => Promise<string>;
  readonly sabotage: StoreClause['sabotage'];
}

/** Runs an act with a fault at its first operation on the place, then at its second, and so on, until it succeeds. */
function crashing(what: string, { act, settle, sabotage }: Crashing): StoreClause {
  return {
    name: `after a fault at any operation of a ${what}, the store has the state before or after it, and works on`,
    needs: 'faultAt',
    sabotage,
    async check(place) {
      for (const how of ['crash', 'fail'] as const) {
        for (let operation = 1; ; operation += 1) {
          assert.ok(operation < 10_000, 'the act makes more than 10,000 operations');
          if (!(await wentWrongAt(place, `${how}-${operation}`, operation, how, { act, settle, sabotage }))) break;
        }
      }
    },
  };
}

async function wentWrongAt(
  place: StorePlace & Pick<StoreHooks, 'faultAt'>,
  id: string,
  operation: number,
  how: 'crash' | 'fail',
  { act, settle }: Crashing,
): Promise<boolean> {
  const store = place.open();
  const first = await write(store, id, 'one');
  await write(store, id, 'two');
  const before = await store.lease(id, holderNamed('the one before'));
  await before.release();
  const faulty = place.faultAt(operation, how);
  const isDone = await hasSucceeded(act(faulty.store, id, first));
  const wasStruck = faulty.wasStruck();
  await faulty.bury();
  if (before.duration !== undefined) await place.passTime?.(2 * before.duration);
  const at = `operation ${operation}, ${how}`;
  try {
    await settle(place.open(), id, isDone);
    const lease = await store.lease(id, holderNamed('the next one'));
    assert.ok(lease.fence > before.fence, 'two leases have the same fence');
    await write(store, id, 'the next one', Math.max(3, lease.fence));
    assert.equal(await newest(place.open(), id), 'the next one');
    await lease.release();
  } catch (error) {
    throw new Error(`${at}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return wasStruck;
}

function causes(error: unknown): readonly unknown[] {
  return error instanceof Error && error.cause !== undefined ? [error.cause, ...causes(error.cause)] : [];
}
