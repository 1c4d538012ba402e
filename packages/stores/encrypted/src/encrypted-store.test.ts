import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { secret, type WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { encryptBytes } from './age.js';
import { encryptedStore } from './encrypted-store.js';
import { collect, holder, newKey, quick, streamOf, textOf } from './testing/bytes.js';
import { memoryStore } from './testing/memory-store.js';

const metadata = { me: '447700900000@c.us', kind: 'profile' };
const write = { fence: 1, metadata };

describe('an encrypted store', () => {
  it.each(['passphrase', 'key'])(
    'returns with its %s the bytes and metadata of a write, and stores none of them readable',
    async (kind) => {
      const inner = memoryStore();
      const store = encryptedStore({
        store: inner,
        ...(kind === 'key' ? { identities: [(await newKey()).identity] } : quick),
      });
      expect([store.name, store.isEncrypted]).toEqual(['memory, encrypted', true]);
      await store.write('main', streamOf('the cookies of 447700900000'), write);
      const bundle = await store.read('main');
      expect(bundle).toMatchObject({ generation: 1, metadata });
      expect(await textOf(bundle)).toBe('the cookies of 447700900000');
      expect(inner.kept[0]?.bytes.subarray(0, 22).toString()).toBe('age-encryption.org/v1\n');
      const everything = inner.kept.map((one) => `${Buffer.from(one.bytes)}${JSON.stringify(one.metadata)}`).join();
      for (const word of ['447700900000', 'cookies', 'profile']) expect(everything).not.toContain(word);
    },
  );

  it.each([0, 1, 65_535, 65_536, 65_537, 1_000_003])('returns %i bytes unchanged', async (size) => {
    const store = encryptedStore({ store: memoryStore(), identities: [(await newKey()).identity] });
    const bytes = randomBytes(size);
    await store.write('main', streamOf(bytes), write);
    const bundle = await store.read('main');
    expect(bytes.equals(await collect(bundle?.bytes ?? streamOf('nothing')))).toBe(true);
  });

  it('reads from the source no faster than the store reads from it', async () => {
    let given = 0;
    const inner = memoryStore();
    const behind: number[] = [];
    const slow = {
      ...inner,
      async write(_: string, bytes: AsyncIterable<Uint8Array>) {
        let taken = 0;
        for await (const chunk of bytes) {
          taken += chunk.length;
          behind.push(given - taken);
        }
        return 1;
      },
    };
    async function* endless() {
      for (; given < 16_000_000; given += 65_536) yield Buffer.alloc(65_536);
    }
    await encryptedStore({ store: slow, identities: [(await newKey()).identity] }).write('main', endless(), write);
    expect(behind.length).toBeGreaterThan(200);
    expect(Math.max(...behind)).toBeLessThan(1_000_000);
  });

  it('opens with any of several keys', async () => {
    const inner = memoryStore();
    const [own, backup] = [await newKey(), await newKey()];
    const writer = encryptedStore({ store: inner, identities: [own.identity], recipients: [backup.recipient] });
    await writer.write('main', streamOf('bytes'), write);
    for (const identities of [[own.identity], [backup.identity], [(await newKey()).identity, backup.identity]]) {
      expect(await textOf(await encryptedStore({ store: inner, identities }).read('main'))).toBe('bytes');
    }
  });

  it('refuses a wrong key, says for how many keys the backup is encrypted, changes nothing, and releases the lease', async () => {
    const inner = memoryStore();
    const [own, backup, other] = [await newKey(), await newKey(), await newKey()];
    await encryptedStore({ store: inner, identities: [own.identity], recipients: [backup.recipient] }) //
      .write('main', streamOf('bytes'), write);
    const before = JSON.stringify(inner.kept);
    const wrong = [{ identities: [other.identity] }, { ...quick, passphrase: secret('another') }];
    for (const keys of wrong) {
      const store = encryptedStore({ store: inner, ...keys });
      for (const call of [store.read('main'), store.lease('main', holder)]) {
        const refused = expect(call).rejects;
        await refused.toMatchObject({ code: 'wrong-key', message: expect.stringContaining('encrypted for 2 keys') });
      }
    }
    expect(JSON.stringify(inner.kept)).toBe(before);
    await (await inner.lease('main', holder)).release();
  });

  it('reports a wrong passphrase and a wrong key with different messages', async () => {
    const inner = memoryStore();
    await encryptedStore({ store: inner, ...quick }).write('main', streamOf('bytes'), write);
    const other = encryptedStore({ store: inner, ...quick, passphrase: secret('another') });
    await expect(other.read('main')).rejects.toThrow(
      'is encrypted for a passphrase, and the passphrase that was given does not open it.',
    );
    const key = encryptedStore({ store: inner, identities: [(await newKey()).identity] });
    await expect(key.read('main')).rejects.toThrow('is encrypted for a passphrase, and the key that was given');
  });

  it('notices every flipped bit and every cut, and returns only bytes that it has authenticated', async () => {
    const inner = memoryStore();
    const store = encryptedStore({ store: inner, identities: [(await newKey()).identity] });
    const bytes = randomBytes(150_000);
    await store.write('main', streamOf(bytes), write);
    const [kept] = inner.kept;
    if (kept === undefined) throw new Error('The store holds no backup.');
    const whole = Buffer.from(kept.bytes);
    const spoilt = [30, 100, 170, 5_000, 70_000, 140_000, whole.length - 1].map((at) => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    });
    const cut = [0, 10, 100, 200, 65_752, whole.length - 1].map((size) => whole.subarray(0, size));
    for (const damaged of [...spoilt, ...cut, Buffer.concat([whole, whole.subarray(0, 1)])]) {
      kept.bytes = damaged;
      const bundle = await store.read('main');
      const received: Uint8Array[] = [];
      const reading = async () => {
        for await (const chunk of bundle?.bytes ?? []) received.push(chunk);
      };
      await expect(reading()).rejects.toMatchObject({ code: 'store-unreadable' });
      const proved = Buffer.concat(received);
      expect(bytes.subarray(0, proved.length).equals(proved)).toBe(true);
    }
  });

  it('skips a bundle with a damaged label for the older bundle, and warns', async () => {
    const inner = memoryStore();
    const warnings: WakeyError[] = [];
    const keys = { identities: [(await newKey()).identity] };
    const store = encryptedStore({ store: inner, ...keys, warn: (one) => warnings.push(one) });
    await store.write('main', streamOf('older'), write);
    await store.write('main', streamOf('newer'), write);
    const [older, newer] = inner.kept;
    if (older === undefined || newer === undefined) throw new Error('The store does not hold two backups.');
    inner.kept[1] = { ...newer, metadata: { age: newer.metadata.age?.replace(/.{20}\n-----END/, '\n-----END') ?? '' } };
    expect(await textOf(await store.read('main'))).toBe('older');
    expect(warnings.map(({ code }) => code)).toEqual(['store-unreadable']);
    inner.kept.shift();
    await expect(store.read('main')).rejects.toMatchObject({ code: 'store-unreadable' });
    // A damaged label does not refuse the lease: the recovery ladder deals with the damage.
    await (await store.lease('main', holder)).release();
  });

  it('refuses unencrypted bytes under an encrypted label', async () => {
    const inner = memoryStore();
    const store = encryptedStore({ store: inner, ...quick });
    await store.write('main', streamOf('bytes'), write);
    if (inner.kept[0] !== undefined) inner.kept[0].bytes = Buffer.from('planted');
    await expect(textOf(await store.read('main'))).rejects.toMatchObject({ code: 'store-unreadable' });
  });

  it('reads a backup from before encryption, warns, and encrypts from then on', async () => {
    const inner = memoryStore();
    const warnings: string[] = [];
    await inner.write('main', streamOf('plain'), write);
    const store = encryptedStore({ store: inner, ...quick, warn: ({ message }) => warnings.push(message) });
    const lease = await store.lease('main', holder);
    expect(warnings).toEqual([expect.stringContaining('"main" is not encrypted')]);
    const bundle = await store.read('main');
    expect([bundle?.metadata, await textOf(bundle)]).toEqual([metadata, 'plain']);
    for (const text of ['one', 'two']) await store.write('main', streamOf(text), { ...write, fence: lease.fence });
    expect(inner.kept.map(({ bytes }) => Buffer.from(bytes).includes('plain'))).toEqual([false, false]);
  });

  it('opens an age file that was put there by hand, and refuses one for another key', async () => {
    const inner = memoryStore();
    const key = await newKey();
    const byHand = encryptBytes(streamOf('by hand'), { recipients: [key.recipient] });
    await inner.write('main', byHand, write);
    const store = encryptedStore({ store: inner, identities: [key.identity] });
    const bundle = await store.read('main');
    expect([bundle?.metadata, await textOf(bundle)]).toEqual([metadata, 'by hand']);
    await (await store.lease('main', holder)).release();
    const other = encryptedStore({ store: inner, identities: [(await newKey()).identity] });
    await expect(textOf(await other.read('main'))).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(other.lease('main', holder)).rejects.toMatchObject({ code: 'wrong-key' });
  });

  it('warns when a public key of the last bundle is missing from the recipients', async () => {
    const inner = memoryStore();
    const warnings: WakeyError[] = [];
    const [own, backup] = [await newKey(), await newKey()];
    const both = { store: inner, identities: [own.identity], warn: (one: WakeyError) => warnings.push(one) };
    await encryptedStore({ ...both, recipients: [backup.recipient] }).write('main', streamOf('bytes'), write);
    await (await encryptedStore({ ...both, recipients: [backup.recipient] }).lease('main', holder)).release();
    expect(warnings).toEqual([]);
    await (await encryptedStore(both).lease('main', holder)).release();
    expect(warnings).toMatchObject([{ details: { recipients: backup.recipient } }]);
  });

  it('passes on errors of the source and of the store unchanged', async () => {
    const store = encryptedStore({ store: memoryStore(), ...quick });
    const died = new Error('the browser died');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begun');
      throw died;
    }
    await expect(store.write('main', failing(), write)).rejects.toBe(died);
    const lease = await store.lease('main', holder);
    await expect(store.lease('main', holder)).rejects.toMatchObject({ code: 'session-in-use' });
    await lease.release();
    expect(await store.read('main')).toBeUndefined();
    await expect(store.write('main', streamOf(''), { fence: 1, metadata: { a: 1 } as never })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('invalid keys', () => {
  const slip = 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ';

  it.each([
    ['nothing', {}, 'There is no key'],
    ['public keys alone', async () => ({ recipients: [(await newKey()).recipient] }), 'cannot open the backups'],
    ['an empty passphrase', { passphrase: secret('') }, 'The passphrase is empty'],
    ['both kinds', async () => ({ ...quick, identities: [(await newKey()).identity] }), 'together with keys'],
    ['a secret key with a slip', { identities: [secret(slip)] }, 'A secret key is not valid'],
    ['a secret key as a public one', { recipients: [slip] }, 'in the place of a public key'],
    ['a public key with a slip', { recipients: [`age1${'q'.repeat(58)}`] }, 'A public key is not valid'],
    ['a work factor that would take all memory', { ...quick, workFactor: 40 }, 'The work factor 40 is out of range'],
  ])('are refused, and the error does not quote them: %s', async (_, given, words) => {
    const keys = typeof given === 'function' ? await given() : given;
    const thrown = await Promise.resolve()
      .then(() => encryptedStore({ store: memoryStore(), ...(keys as typeof quick) }))
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(words) });
    expect(inspect(thrown, { depth: 9 })).not.toContain('QQQQ');
  });
});
