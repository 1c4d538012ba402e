import { memoryStore as storeUnderTest } from '@wakey/conformance';
import { type SessionStore, type StoredSegment, secret, type WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { encryptBytes } from './age.js';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import { reencrypt } from './reencrypt.js';
import { newSegmentKey, openSegment, sealSegment } from './sealed-segment.js';
import { holder, newKey, quick, streamOf, textOf } from './testing/bytes.js';
import { memoryStore } from './testing/memory-store.js';

const options = { fence: 1, metadata: { kind: 'profile' } };

/** A place in memory for a store with segments, as another process would open it. */
async function place() {
  const { open, damage, damageSegment } = await storeUnderTest().place();
  if (damage === undefined || damageSegment === undefined) throw new Error('The place cannot be damaged.');
  return { open, damage, damageSegment };
}

async function* listed(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

function append(store: SessionStore, text: string, generation: number, number: number): Promise<void> {
  return store.segments?.append('main', Buffer.from(text), { fence: 1, generation, number }) ?? Promise.resolve();
}

/** The texts of the segments of a generation, up to the first that cannot be read, and the error for that one. */
async function readAll(store: SessionStore, generation = 1, id = 'main') {
  const texts: string[] = [];
  try {
    for await (const { bytes } of store.segments?.read(id, generation) ?? []) texts.push(`${Buffer.from(bytes)}`);
    return { texts };
  } catch (error) {
    return { texts, code: (error as WakeyError).code };
  }
}

async function sealedOf(store: SessionStore, generation = 1, id = 'main'): Promise<StoredSegment[]> {
  const all: StoredSegment[] = [];
  for await (const one of store.segments?.read(id, generation) ?? []) all.push(one);
  return all;
}

/** The store as somebody who can write on the disk leaves it: with these segments, under the right numbers. */
function holding(store: SessionStore, segments: readonly (StoredSegment | undefined)[]): SessionStore {
  const { segments: inner } = store;
  if (inner === undefined) throw new Error('The store has no segments.');
  return {
    ...store,
    segments: {
      ...inner,
      async *read() {
        for (const [at, one] of segments.entries()) if (one !== undefined) yield { ...one, number: at + 1 };
      },
    },
  };
}

describe('what somebody with the disk does to the segments', () => {
  const written = async () => {
    const { open } = await place();
    const [inner, store] = [open(), encryptedStore({ store: open(), ...quick })];
    await store.write('main', streamOf('base'), { ...options, segments: listed(['one', 'two', 'three']) });
    const [one, two, three] = await sealedOf(inner);
    return { open, inner, store, one, two, three };
  };

  it.each([
    ['exchanged', ['one', 'three', 'two'], ['one']],
    ['repeated', ['one', 'one', 'two', 'three'], ['one']],
    ['left out at the beginning', ['two', 'three'], []],
    ['left out in the middle', ['one', 'three'], ['one']],
    ['left out at the end, which no store can notice', ['one', 'two'], ['one', 'two']],
  ] as const)('is noticed behind the intact ones: a segment is %s', async (_, order, expected) => {
    const { inner, ...segments } = await written();
    const tampered = encryptedStore({
      store: holding(
        inner,
        order.map((name) => segments[name]),
      ),
      ...quick,
    });
    const isCut = expected.length === order.length;
    expect(await readAll(tampered)).toEqual({ texts: expected, ...(isCut ? {} : { code: 'store-unreadable' }) });
  });

  it('is noticed: a segment comes from another backup or another session', async () => {
    const { inner, store, one } = await written();
    await store.write('main', streamOf('base'), { ...options, segments: listed(['one', 'two']) });
    await store.write('other', streamOf('base'), { ...options, segments: listed(['one', 'two']) });
    for (const [id, generation] of [
      ['main', 2],
      ['other', 1],
    ] as const) {
      const [, two] = await sealedOf(inner, generation, id);
      const tampered = encryptedStore({ store: holding(inner, [one, two]), ...quick });
      expect(await readAll(tampered, generation, id)).toEqual({ texts: [], code: 'store-unreadable' });
    }
  });

  it('is noticed: a backup lies with its segments under the id of another session', async () => {
    const { inner, store, one } = await written();
    const bundle = await inner.read('main');
    if (bundle === undefined || one === undefined) throw new Error('There is no backup.');
    await inner.write('other', bundle.bytes, { fence: 1, metadata: bundle.metadata, segments: streamOf(one.bytes) });
    expect(await readAll(store, 1, 'other')).toEqual({ texts: [], code: 'store-unreadable' });
  });

  it('is noticed: a segment that was dropped comes back in the middle of the segments that replaced it', async () => {
    const { inner, store, one } = await written();
    await store.segments?.drop('main', { fence: 1, generation: 1 });
    for (const [at, text] of ['another one', 'another two'].entries()) await append(store, text, 1, at + 1);
    const [, two] = await sealedOf(inner);
    expect(await readAll(store)).toEqual({ texts: ['another one', 'another two'] });
    const tampered = encryptedStore({ store: holding(inner, [one, two]), ...quick });
    expect(await readAll(tampered)).toEqual({ texts: ['one'], code: 'store-unreadable' });
  });

  it('is noticed: a bit is flipped, or a part is cut off, at any byte', async () => {
    const { inner, one, two } = await written();
    for (let byte = 0; byte < (two?.bytes.length ?? 0); byte += 1) {
      const flipped = two?.bytes.map((value, at) => (at === byte ? value ^ 1 : value)) ?? new Uint8Array();
      for (const bytes of [flipped, two?.bytes.subarray(0, byte) ?? new Uint8Array()]) {
        const tampered = encryptedStore({ store: holding(inner, [one, { number: 2, bytes }]), ...quick });
        expect(await readAll(tampered)).toEqual({ texts: ['one'], code: 'store-unreadable' });
      }
    }
  });
});

it('opens a sealed segment with its own key at its own place, and nowhere else', () => {
  const [key, own] = [newSegmentKey(), { id: 'main', number: 2, previous: 'a' }];
  const sealed = sealSegment(Buffer.from('two'), key, own);
  expect(`${openSegment(sealed, key, own)}`).toBe('two');
  for (const other of [{ id: 'other' }, { number: 3 }, { previous: 'b' }]) {
    expect(openSegment(sealed, key, { ...own, ...other })).toBeUndefined();
  }
  expect(openSegment(sealed, newSegmentKey(), own)).toBeUndefined();
});

it('stores no word of a segment readable, and adds 28 bytes to it', async () => {
  const { open } = await place();
  const store = encryptedStore({ store: open(), ...quick });
  const generation = await store.write('main', streamOf('base'), options);
  await append(store, 'the keys of a chat', generation, 1);
  const [sealed] = await sealedOf(open());
  expect(Buffer.from(sealed?.bytes ?? []).includes('keys')).toBe(false);
  expect(await store.segments?.list('main', generation)).toMatchObject([{ size: 'the keys of a chat'.length + 28 }]);
});

it('opens no label for an append after its own write, and one label after a restart', async () => {
  const { open } = await place();
  const inner = open();
  const reads: string[] = [];
  const counting: SessionStore = {
    ...inner,
    read: (id, call) => {
      reads.push(id);
      return inner.read(id, call);
    },
  };
  const store = encryptedStore({ store: counting, ...quick });
  const generation = await store.write('main', streamOf('base'), options);
  for (const number of [1, 2, 3]) await append(store, `${number}`, generation, number);
  expect(reads).toEqual([]);
  const restarted = encryptedStore({ store: counting, ...quick });
  for (const number of [4, 5, 6]) await append(restarted, `${number}`, generation, number);
  expect(reads).toEqual(['main']);
  expect(await readAll(encryptedStore({ store: open(), ...quick }), generation)).toEqual({
    texts: ['1', '2', '3', '4', '5', '6'],
  });
});

describe('a backup', () => {
  it('of an older Wakey takes no segments and has none, and the next backup takes them', async () => {
    const inner = (await place()).open();
    const { segments: _, ...without } = inner;
    const older = encryptedStore({ store: without, ...quick });
    expect(older.segments).toBeUndefined();
    await expect(
      older.write('main', streamOf('base'), { ...options, segments: listed(['one']) }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
    await older.write('main', streamOf('base'), options);
    const store = encryptedStore({ store: inner, ...quick });
    await expect(append(store, 'one', 1, 1)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('takes no segments: an older Wakey wrote it'),
    });
    expect(await readAll(store)).toEqual({ texts: [] });
    await store.write('main', streamOf('base'), options);
    await append(store, 'one', 2, 1);
    expect(await readAll(store, 2)).toEqual({ texts: ['one'] });
  });

  it('from before encryption has its segments and takes no others; an age file from elsewhere has none', async () => {
    const inner = (await place()).open();
    await inner.write('main', streamOf('base'), { ...options, segments: listed(['one']) });
    const store = encryptedStore({ store: inner, ...quick });
    expect(await readAll(store)).toEqual({ texts: ['one'] });
    await expect(append(store, 'two', 1, 2)).rejects.toMatchObject({ code: 'invalid-argument' });
    const byHand = encryptBytes(streamOf('by hand'), quick);
    await inner.write('main', byHand, { ...options, segments: listed(['forged']) });
    expect(await readAll(encryptedStore({ store: inner, ...quick }), 2)).toEqual({ texts: [] });
  });

  it('for another key is the error of a wrong key, for its segments too', async () => {
    const inner = (await place()).open();
    const store = encryptedStore({ store: inner, ...quick });
    await store.write('main', streamOf('base'), { ...options, segments: listed(['one']) });
    for (const other of [encryptedStore({ store: inner, passphrase: secret('another') }), keylessStore(inner)]) {
      expect(await readAll(other)).toEqual({ texts: [], code: 'wrong-key' });
      await expect(append(other, 'two', 1, 2)).rejects.toMatchObject({ code: 'wrong-key' });
    }
    expect(await readAll(store)).toEqual({ texts: ['one'] });
  });

  it('that is damaged does not let its segments look absent', async () => {
    const { open, damage } = await place();
    const store = encryptedStore({ store: open(), ...quick });
    for (const text of ['one', 'two']) {
      await store.write('main', streamOf(text), { ...options, segments: listed([text]) });
    }
    await damage('main', 2);
    const restarted = encryptedStore({ store: open(), ...quick });
    expect(await readAll(restarted, 2)).toEqual({ texts: [], code: 'store-unreadable' });
    expect(await readAll(restarted, 1)).toEqual({ texts: ['one'] });
  });
});

describe('a change of keys', () => {
  it('copies the segments with their backup, for the newest and for the proved one', async () => {
    const { open } = await place();
    const from = { identities: [(await newKey()).identity] };
    const before = encryptedStore({ store: open(), ...from });
    await before.write('main', streamOf('proved'), { ...options, segments: listed(['a', 'b']) });
    await before.write('main', streamOf('newest'), { ...options, segments: listed(['c']) });
    await append(before, 'd', 2, 2);
    const done = await reencrypt({ store: open(), id: 'main', from, to: quick, proved: 1, holder });
    const store = encryptedStore({ store: open(), ...quick });
    const newest = await store.read('main');
    expect([newest?.generation, await textOf(newest)]).toEqual([done?.generation, 'newest']);
    expect(await readAll(store, done?.generation)).toEqual({ texts: ['c', 'd'] });
    expect(await readAll(store, done?.proved)).toEqual({ texts: ['a', 'b'] });
    expect([done?.keepsOlder, done?.damage]).toEqual([false, undefined]);
  });

  it('copies the segments before a damaged one, and returns the damage', async () => {
    const { open, damageSegment } = await place();
    await open().write('main', streamOf('base'), { ...options, segments: listed(['a', 'b', 'c']) });
    await damageSegment('main', 1, 2, 'flip');
    const done = await reencrypt({ store: open(), id: 'main', to: quick, holder });
    expect(done?.damage).toMatchObject({ code: 'store-unreadable' });
    expect(await readAll(encryptedStore({ store: open(), ...quick }), done?.generation)).toEqual({ texts: ['a'] });
  });

  it('leaves a store that keeps whole backups only without segments', async () => {
    const inner = memoryStore();
    await inner.write('main', streamOf('base'), options);
    await reencrypt({ store: inner, id: 'main', to: quick, holder });
    expect(await textOf(await encryptedStore({ store: inner, ...quick }).read('main'))).toBe('base');
  });
});
