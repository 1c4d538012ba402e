import { expect, it } from 'vitest';
import { encryptedStore } from './encrypted-store.js';
import { reencrypt } from './reencrypt.js';
import { collect, holder, newKey, quick, streamOf, textOf } from './testing/bytes.js';
import { type MemoryStore, memoryStore } from './testing/memory-store.js';

const write = { fence: 1, metadata: { kind: 'profile' } };

async function twoKept(keys: Parameters<typeof reencrypt>[0]['from']): Promise<MemoryStore> {
  const inner = memoryStore();
  const store = keys === undefined ? inner : encryptedStore({ store: inner, ...keys });
  await store.write('main', streamOf('older'), write);
  await store.write('main', streamOf('newest'), write);
  return inner;
}

it('leaves no bundle that the old key opens, and the newest bundle for the new key', async () => {
  const [old, now] = [{ identities: [(await newKey()).identity] }, quick];
  const inner = await twoKept(old);
  expect(await reencrypt({ store: inner, id: 'main', from: old, to: now, holder })).toEqual({
    generation: 4,
    keepsOlder: false,
  });
  const store = encryptedStore({ store: inner, ...now });
  for (const before of [5, 4]) {
    const bundle = await store.read('main', { before });
    expect([bundle?.metadata, await textOf(bundle)]).toEqual([{ kind: 'profile' }, 'newest']);
  }
  await expect(encryptedStore({ store: inner, ...old }).read('main')).rejects.toMatchObject({ code: 'wrong-key' });
});

it('adds a second key beside the first', async () => {
  const [own, backup] = [await newKey(), await newKey()];
  const from = { identities: [own.identity] };
  const inner = await twoKept(from);
  await reencrypt({ store: inner, id: 'main', from, to: { ...from, recipients: [backup.recipient] }, holder });
  for (const identities of [[own.identity], [backup.identity]]) {
    for (const before of [5, 4]) {
      const bundle = await encryptedStore({ store: inner, identities }).read('main', { before });
      expect(await textOf(bundle)).toBe('newest');
    }
  }
});

it('encrypts bundles that were not encrypted', async () => {
  const inner = await twoKept(undefined);
  expect(await reencrypt({ store: inner, id: 'main', to: quick, holder })).toMatchObject({ keepsOlder: false });
  for (const { bytes } of inner.kept) expect(bytes.toString()).not.toContain('newest');
  expect(await textOf(await encryptedStore({ store: inner, ...quick }).read('main'))).toBe('newest');
});

it('leaves a good newest generation when any call of the store fails', async () => {
  const old = { identities: [(await newKey()).identity] };
  for (let nth = 1; nth <= 40; nth++) {
    const inner = await twoKept(old);
    let left = nth;
    const strike = () => {
      left -= 1;
      if (left === 0) throw new Error('the disk failed');
    };
    const faulty = {
      ...inner,
      read: async (...args: Parameters<typeof inner.read>) => {
        strike();
        return inner.read(...args);
      },
      write: async (...[id, bytes, options]: Parameters<typeof inner.write>) => {
        const all = await collect(bytes);
        strike();
        return inner.write(id, streamOf(all), options);
      },
    };
    const done = await reencrypt({ store: faulty, id: 'main', from: old, to: quick, holder }).catch(() => undefined);
    const texts: (string | undefined)[] = [];
    for (const keys of [old, quick]) {
      const read = encryptedStore({ store: inner, ...keys }).read('main');
      texts.push(await read.then(textOf).catch(() => undefined));
    }
    expect(texts).toContain('newest');
    await (await inner.lease('main', holder)).release();
    if (left > 0) {
      expect(done).toMatchObject({ keepsOlder: false });
      expect(nth).toBeGreaterThan(8);
      return;
    }
  }
  throw new Error('Re-encryption never ended.');
});

it('reports that a store which keeps many generations still holds some that the old key opens', async () => {
  const inner = memoryStore({ keep: 9 });
  await encryptedStore({ store: inner, ...quick }).write('main', streamOf('bytes'), write);
  const to = { identities: [(await newKey()).identity] };
  expect(await reencrypt({ store: inner, id: 'main', from: quick, to, holder })).toMatchObject({ keepsOlder: true });
  expect(inner.kept.length).toBeLessThan(5);
});

it('refuses while another process holds the lease, and with a key that does not open the newest bundle', async () => {
  const inner = await twoKept(quick);
  const to = { identities: [(await newKey()).identity] };
  await expect(reencrypt({ store: inner, id: 'main', to, holder })).rejects.toMatchObject({ code: 'wrong-key' });
  await expect(reencrypt({ store: inner, id: 'main', from: to, to, holder })).rejects.toMatchObject({
    code: 'wrong-key',
  });
  const lease = await inner.lease('main', holder);
  await expect(reencrypt({ store: inner, id: 'main', from: quick, to, holder })).rejects.toMatchObject({
    code: 'session-in-use',
  });
  await lease.release();
  expect(inner.kept.map(({ generation }) => generation)).toEqual([1, 2]);
});

it('returns undefined for a session without a backup', async () => {
  expect(await reencrypt({ store: memoryStore(), id: 'main', to: quick, holder })).toBeUndefined();
});

it.each([
  [1, ['older', 'newest']],
  [2, ['newest', 'newest']],
])('copies the proved generation %i, and names its new number', async (proved, texts) => {
  const old = { identities: [(await newKey()).identity] };
  const inner = await twoKept(old);
  const done = await reencrypt({ store: inner, id: 'main', from: old, to: quick, proved, holder });
  const store = encryptedStore({ store: inner, ...quick });
  const newest = await store.read('main');
  expect(newest?.metadata).toEqual({ kind: 'profile', proved: String(done?.proved) });
  const carried = await store.read('main', { before: Number(done?.proved) + 1 });
  expect([carried?.generation, await textOf(carried), await textOf(newest)]).toEqual([done?.proved, ...texts]);
  expect(done).toMatchObject({ generation: newest?.generation, keepsOlder: false });
});

it('copies the proved generation that the newest names, also if the store keeps that generation only because of `keep`', async () => {
  const old = { identities: [(await newKey()).identity] };
  const inner = memoryStore();
  const before = encryptedStore({ store: inner, ...old });
  await before.write('main', streamOf('proved'), write);
  const metadata = { kind: 'profile', proved: '1' };
  for (const text of ['two', 'three']) await before.write('main', streamOf(text), { ...write, metadata, keep: [1] });
  const done = await reencrypt({ store: inner, id: 'main', from: old, to: quick, holder });
  const store = encryptedStore({ store: inner, ...quick });
  const carried = await store.read('main', { before: Number(done?.proved) + 1 });
  expect([await textOf(carried), await textOf(await store.read('main'))]).toEqual(['proved', 'three']);
  expect(done?.keepsOlder).toBe(false);
});

it('leaves a damaged proved generation in the store, and reports that an older generation is left', async () => {
  const old = { identities: [(await newKey()).identity] };
  const inner = await twoKept(old);
  const [damaged] = inner.kept;
  if (damaged === undefined) throw new Error('The store does not hold two backups.');
  damaged.bytes = Buffer.from('age-encryption.org/v1\nno more');
  const done = await reencrypt({ store: inner, id: 'main', from: old, to: quick, proved: 1, holder });
  expect(done).toMatchObject({ keepsOlder: true });
  expect(done?.proved).toBeUndefined();
  expect(await textOf(await encryptedStore({ store: inner, ...quick }).read('main'))).toBe('newest');
});
