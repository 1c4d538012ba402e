import assert from 'node:assert/strict';
import { type CallOptions, MOST_METADATA, type SessionStore, type WriteOptions } from '@wakey/core';
import { rejects, until } from '../../driver/expectations.js';
import { holderNamed, newest, streamOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onSource, onStore } from '../sabotage/sabotage.js';

/** Every call can be aborted, and refuses invalid arguments. */
export const callClauses: readonly StoreClause[] = [
  {
    name: 'an aborted write ends at once, also if its source hangs, and leaves the old generation',
    sabotage: onStore((store) => ({
      write: (id, bytes, { signal, ...options }) => {
        const ended = Promise.withResolvers<never>();
        signal?.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
        return Promise.race([ended.promise, store.write(id, bytes, options)]);
      },
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'the old one');
      const reason = new Error('enough');
      for (const how of ['by the source while it is asked', 'later'] as const) {
        const stop = new AbortController();
        const { source, atHang, expectLetGo } = hangingSource(() => how !== 'later' && stop.abort(reason));
        const writing = store.write('main', source, { fence: 1, metadata: {}, signal: stop.signal });
        await Promise.race([atHang, writing.catch(() => undefined)]);
        stop.abort(reason);
        const error = await rejects(writing, 'aborted');
        assert.equal(error.cause, reason, 'the reason of the abort is not the cause');
        await expectLetGo();
      }
      assert.equal(await newest(store, 'main'), 'the old one');
      await write(store, 'main', 'the next one');
      assert.equal(await newest(place.open(), 'main'), 'the next one');
    },
  },
  {
    name: 'a write that reaches its deadline ends with `timeout`, and leaves the old generation',
    sabotage: onStore((store) => ({
      write: async (id, bytes, options) => {
        const { timeout, ...others } = options;
        if (timeout === undefined) return store.write(id, bytes, options);
        const ended = store.write(id, bytes, { ...others, signal: AbortSignal.timeout(timeout) });
        return ended;
      },
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'the old one');
      const { source, expectLetGo } = hangingSource();
      await rejects(store.write('main', source, { fence: 1, metadata: {}, timeout: 30 }), 'timeout');
      await expectLetGo();
      assert.equal(await newest(store, 'main'), 'the old one');
      await write(store, 'main', 'the next one');
      assert.equal(await newest(place.open(), 'main'), 'the next one');
    },
  },
  {
    name: 'a call that is aborted before it begins does nothing, and reads nothing from its source',
    sabotage: onStore((store) => ({
      write: async (id, bytes, options: WriteOptions) => {
        await bytes[Symbol.asyncIterator]().next();
        return store.write(id, bytes, options);
      },
    })),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'the old one');
      const options: CallOptions = { signal: AbortSignal.abort(new Error('not at all')) };
      const { source, wasAsked } = untouchedSource();
      await rejects(store.write('main', source, { fence: 9, metadata: {}, ...options }), 'aborted');
      await rejects(store.remove('main', { fence: 9, ...options }), 'aborted');
      await rejects(store.read('main', options), 'aborted');
      await rejects(store.list(options), 'aborted');
      await rejects(store.lease('main', holderNamed('nobody'), options), 'aborted');
      assert.ok(!wasAsked(), 'the store read from the source');
      await write(store, 'main', 'the next one');
      assert.equal(await newest(store, 'main'), 'the next one');
      const lease = await store.lease('main', holderNamed('somebody'));
      await lease.release();
    },
  },
  {
    name: 'every call refuses an invalid session id, and reads nothing from its source',
    sabotage: onStore((store) => {
      const clean = (id: string) => id.replaceAll(/[^\w.-]/g, '_') || '_';
      return { read: (id, options) => store.read(typeof id === 'string' ? clean(id) : id, options) };
    }),
    async check(place) {
      const store = place.open();
      for (const id of [
        '',
        '.',
        '..',
        'a/b',
        '../a',
        'a\\b',
        'nul',
        'a\0',
        'a:b',
        'é',
        ' ',
        'x'.repeat(65),
        7 as never,
      ]) {
        const { source, wasAsked } = untouchedSource();
        await rejects(store.read(id), 'invalid-session-id');
        await rejects(store.write(id, source, { fence: 1, metadata: {} }), 'invalid-session-id');
        await rejects(store.remove(id, { fence: 1 }), 'invalid-session-id');
        await rejects(store.lease(id, holderNamed('nobody')), 'invalid-session-id');
        assert.ok(!wasAsked(), 'the store read from the source');
      }
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    name: 'invalid fences and invalid metadata are refused, and change nothing',
    sabotage: onStore((store) => ({
      write: (id, bytes, { fence, metadata, ...options }) => {
        const strings = Object.entries(metadata).map(([key, value]) => [key, String(value)]);
        const whole = Number.isFinite(fence) ? Math.max(0, Math.trunc(fence)) : 0;
        return store.write(id, bytes, { ...options, fence: whole, metadata: Object.fromEntries(strings) });
      },
    })),
    async check(place) {
      const store = place.open();
      const bad: readonly unknown[] = [
        ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', undefined].map((fence) => ({ fence, metadata: {} })),
        ...[{ a: 1 }, { a: undefined }, { a: null }, [], null].map((metadata) => ({ fence: 1, metadata })),
      ];
      for (const options of bad) {
        await rejects(store.write('main', streamOf('x'), options as WriteOptions), 'invalid-argument');
      }
      await rejects(store.remove('main', { fence: -1 }), 'invalid-argument');
      assert.equal(await store.read('main'), undefined);
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    name: 'metadata up to the limit is stored, and longer metadata is refused and changes nothing',
    sabotage: onStore((store) => ({
      write: (id, bytes, { metadata, ...options }) => {
        const short = Object.entries(metadata).map(([key, value]) => [key, value.slice(0, 30_000)]);
        return store.write(id, bytes, { ...options, metadata: Object.fromEntries(short) });
      },
    })),
    async check(place) {
      const store = place.open();
      const long = { note: 'x'.repeat(MOST_METADATA) };
      await rejects(store.write('main', streamOf('x'), { fence: 1, metadata: long }), 'invalid-argument');
      assert.deepEqual(await store.list(), []);
      // A store that encrypts accepts half as much.
      const metadata = { note: 'x'.repeat(MOST_METADATA / 2 - 100) };
      await store.write('main', streamOf('x'), { fence: 1, metadata });
      assert.deepEqual((await store.read('main'))?.metadata, metadata);
    },
  },
  {
    name: 'a write closes its source when it has read it to the end, and when the write fails',
    sabotage: onSource((bytes) => ({
      [Symbol.asyncIterator]: () => {
        const source = bytes[Symbol.asyncIterator]();
        return { next: () => source.next() };
      },
    })),
    async check(place) {
      const store = place.open();
      const lease = await store.lease('main', holderNamed('the newer one'));
      let isOpen = true;
      async function* source(store: SessionStore) {
        try {
          yield Buffer.from('begun');
          await store.write('main', streamOf('newer'), { fence: lease.fence + 1, metadata: {} });
          for (let at = 0; at < 1_000; at += 1) yield Buffer.alloc(10_000);
          await place.open().read('main');
        } finally {
          isOpen = false;
        }
      }
      await rejects(store.write('main', source(place.open()), { fence: lease.fence, metadata: {} }), 'stale-fence');
      assert.ok(!isOpen, 'the store did not close the source');
      const stop = new AbortController();
      const { source: hanging, expectLetGo } = hangingSource(() => stop.abort());
      const { signal } = stop;
      await rejects(store.write('main', hanging, { fence: lease.fence + 1, metadata: {}, signal }), 'aborted');
      await expectLetGo();
      await lease.release();
    },
  },
];

/** A source that yields one piece and then hangs for ever. The store asks it for more before the call can end. */
function hangingSource(onHang: () => void = () => undefined) {
  let isLetGo = false;
  const hang = Promise.withResolvers<void>();
  let given = 0;
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        given += 1;
        if (given === 1) return Promise.resolve({ done: false, value: Buffer.from('begun') });
        hang.resolve();
        onHang();
        return new Promise(() => undefined);
      },
      return: () => {
        isLetGo = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const expectLetGo = async () => {
    // A store that wraps another store may still be closing the source. On a busy machine a time limit can pass before the
    // store has asked the source for anything; then nothing is to be closed.
    const isOver = () => isLetGo || given === 0;
    await until(isOver, 10_000).catch(() => undefined);
    assert.ok(isOver(), 'the store did not close the source');
  };
  return { source, atHang: hang.promise, expectLetGo };
}

function untouchedSource() {
  let asked = false;
  async function* source() {
    asked = true;
    yield Buffer.from('x');
  }
  return { source: source(), wasAsked: () => asked };
}
