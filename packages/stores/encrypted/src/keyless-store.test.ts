import { secret } from '@wakey/core';
import { expect, it } from 'vitest';
import { encryptedStore } from './encrypted-store.js';
import { keylessStore } from './keyless-store.js';
import { holder, quick, streamOf, textOf } from './testing/bytes.js';
import { memoryStore } from './testing/memory-store.js';

const write = { fence: 1, metadata: { kind: 'profile' } };

it('behaves as the wrapped store when nothing is encrypted', async () => {
  const store = keylessStore(memoryStore());
  expect([store.name, store.isEncrypted]).toEqual(['memory', undefined]);
  await (await store.lease('main', holder)).release();
  await store.write('main', streamOf('plain'), write);
  await (await store.lease('main', holder)).release();
  const bundle = await store.read('main');
  expect([bundle?.metadata, await textOf(bundle)]).toEqual([{ kind: 'profile' }, 'plain']);
  expect(await store.list()).toEqual(['main']);
  await store.remove('main', { fence: 1 });
  expect(await store.read('main')).toBeUndefined();
});

it('reports a missing key for an encrypted backup, not an absent or a damaged session', async () => {
  const inner = memoryStore();
  await encryptedStore({ store: inner, ...quick }).write('main', streamOf('bytes'), write);
  const store = keylessStore(inner);
  const refused = { code: 'wrong-key', message: expect.stringContaining('"main" is encrypted, and Wakey has no key') };
  await expect(store.read('main')).rejects.toMatchObject(refused);
  await expect(store.lease('main', holder)).rejects.toMatchObject(refused);
  await (await inner.lease('main', holder)).release();
});

it('reports a missing key for an age file that somebody put there by hand', async () => {
  const inner = memoryStore();
  await inner.write('main', streamOf('age-encryption.org/v1\n-> X25519 …'), write);
  const store = keylessStore(inner);
  await expect(textOf(await store.read('main'))).rejects.toMatchObject({ code: 'wrong-key' });
  await expect(store.lease('main', holder)).rejects.toMatchObject({ code: 'wrong-key' });
});

it('grants the lease for a removal to a user who has no key or a wrong key', async () => {
  for (const open of [
    keylessStore,
    (store: ReturnType<typeof memoryStore>) => encryptedStore({ store, ...quick, passphrase: secret('another') }),
  ]) {
    const inner = memoryStore();
    await encryptedStore({ store: inner, ...quick }).write('main', streamOf('bytes'), write);
    const store = open(inner);
    await expect(store.lease('main', holder)).rejects.toMatchObject({ code: 'wrong-key' });
    const lease = await store.lease('main', holder, { toRemove: true });
    await store.remove('main', { fence: lease.fence });
    await lease.release();
    expect(await store.read('main')).toBeUndefined();
  }
});
