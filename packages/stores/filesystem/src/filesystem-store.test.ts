import { chmodSync, existsSync, readdirSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { filesystemStore } from './filesystem-store.js';
import { holder, store, streamOf, textOf } from './testing/open-store.js';

const write = (fence: number, metadata: Record<string, string> = {}) => ({ fence, metadata });

it('returns the newest bytes with their metadata, and undefined for a session without a backup', async () => {
  const kept = store(join(temporaryDirectory(), 'made', 'here'));
  expect(await kept.read('main')).toBeUndefined();
  expect(await kept.list()).toEqual([]);
  expect(await kept.write('main', streamOf('first'), write(1, { browser: 'Chrome 156' }))).toBe(1);
  expect(await kept.write('main', streamOf('the second one'), write(1, { browser: 'Chrome 157' }))).toBe(2);
  const bundle = await kept.read('main');
  expect(bundle).toMatchObject({ generation: 2, metadata: { browser: 'Chrome 157' } });
  expect(await textOf(bundle)).toBe('the second one');
  expect(await textOf(await kept.read('main', { before: 2 }))).toBe('first');
  expect(await kept.read('main', { before: 1 })).toBeUndefined();
  expect(await kept.list()).toEqual(['main']);
  expect(kept.warnings).toEqual([]);
});

it('works as exported, on the real clock and file system', async () => {
  const kept = filesystemStore({ directory: temporaryDirectory() });
  await kept.write('main', streamOf('bytes'), write(0));
  expect(await textOf(await kept.read('main'))).toBe('bytes');
});

it('stores an empty bundle and a bundle of several chunks', async () => {
  const kept = store(temporaryDirectory());
  await kept.write('empty', streamOf(''), write(1));
  expect(await textOf(await kept.read('empty'))).toBe('');
  const large = Buffer.alloc(3_000_001, 'abc');
  await kept.write(
    'large',
    (async function* () {
      yield large.subarray(0, 1_000_000);
      yield large.subarray(1_000_000);
    })(),
    write(1),
  );
  expect(await textOf(await kept.read('large'))).toBe(large.toString());
});

it('lets the caller read the bytes of a bundle only once', async () => {
  const kept = store(temporaryDirectory());
  await kept.write('main', streamOf('bytes'), write(1));
  const bundle = await kept.read('main');
  expect(await textOf(bundle)).toBe('bytes');
  await expect(textOf(bundle)).rejects.toMatchObject({ code: 'invalid-argument' });
});

it('keeps the last two generations and leaves no other file', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  for (const text of ['one', 'two', 'three', 'four']) await kept.write('main', streamOf(text), write(1));
  expect(readdirSync(join(directory, 'main', 'bundles')).sort()).toEqual([
    '3.bundle',
    '3.json',
    '4.bundle',
    '4.json',
    'lock',
  ]);
});

it('keeps the last two generations and those that each write names, and no others', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  const bundles = () => readdirSync(join(directory, 'main', 'bundles')).filter((name) => name.endsWith('.bundle'));
  for (let at = 1; at <= 10; at += 1) await kept.write('main', streamOf(`${at}`), { ...write(1), keep: [2] });
  expect(bundles().sort()).toEqual(['10.bundle', '2.bundle', '9.bundle']);
  await kept.write('main', streamOf('11'), { ...write(1), keep: [11, 10, 99] });
  expect(bundles().sort()).toEqual(['10.bundle', '11.bundle']);
});

it('does not count a damaged generation as one of the two that it keeps', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('one'), write(1));
  await kept.write('main', streamOf('two'), write(1));
  truncateSync(join(directory, 'main', 'bundles', '2.bundle'), 1);
  await kept.write('main', streamOf('three'), write(1));
  expect(await textOf(await kept.read('main', { before: 3 }))).toBe('one');
});

it('creates directories with mode 0700 and files with 0600, and resets a directory that was opened to others', async () => {
  const directory = join(temporaryDirectory(), 'store');
  const kept = store(directory);
  const lease = await kept.lease('main', holder);
  await kept.write('main', streamOf('one'), write(lease.fence));
  const shelf = join(directory, 'main', 'bundles');
  for (const path of [directory, join(directory, 'main'), shelf]) expect(statSync(path).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(shelf))
    expect([name, statSync(join(shelf, name)).mode & 0o777]).toEqual([name, 0o600]);
  chmodSync(shelf, 0o755);
  await kept.write('main', streamOf('two'), write(lease.fence));
  expect(statSync(shelf).mode & 0o777).toBe(0o700);
  await lease.release();
});

it('removes every generation, uses no number twice, and remembers the fence', async () => {
  const kept = store(temporaryDirectory());
  await kept.remove('main', { fence: 0 });
  await kept.write('main', streamOf('one'), write(3));
  await kept.write('main', streamOf('two'), write(3));
  await kept.remove('main', { fence: 4 });
  await kept.remove('main', { fence: 4 });
  expect(await kept.read('main')).toBeUndefined();
  expect(await kept.list()).toEqual([]);
  await expect(kept.write('main', streamOf('old'), write(3))).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await kept.write('main', streamOf('three'), write(4))).toBe(3);
});

it('leaves the old backup when the stream of a write fails, and passes on its error', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('one'), write(1));
  const before = readdirSync(join(directory, 'main', 'bundles'));
  async function* failing() {
    yield Buffer.from('two');
    throw new Error('the browser died');
  }
  await expect(kept.write('main', failing(), write(1))).rejects.toMatchObject({
    code: 'store-unwritable',
    cause: { message: 'the browser died' },
  });
  expect(readdirSync(join(directory, 'main', 'bundles'))).toEqual(before);
  expect(await textOf(await kept.read('main'))).toBe('one');
});

it('stops at an abort or a timeout, also when the stream of a write hangs, and leaves no file', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  const stop = new AbortController();
  async function* hanging() {
    yield Buffer.from('begun');
    stop.abort(new Error('enough'));
    await new Promise(() => undefined);
  }
  const aborted = kept.write('main', hanging(), { ...write(1), signal: stop.signal });
  await expect(aborted).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
  const late = kept.write('main', neverEnding(), { ...write(1), timeout: 20 });
  await expect(late).rejects.toMatchObject({ code: 'timeout' });
  for (const call of [kept.read('main', { signal: stop.signal }), kept.list({ signal: stop.signal })]) {
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  }
  await expect(kept.lease('main', holder, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(readdirSync(join(directory, 'main', 'bundles'))).toEqual(['lock']);
});

it.each(['..', 'a/b', '', 'nul\0', 'x'.repeat(300)])('refuses the id %j and touches nothing', async (id) => {
  const directory = join(temporaryDirectory(), 'store');
  const kept = store(directory);
  const calls = [
    kept.read(id),
    kept.write(id, streamOf('x'), write(1)),
    kept.remove(id, { fence: 1 }),
    kept.lease(id, holder),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'invalid-session-id' });
  expect(existsSync(directory)).toBe(false);
});

it('refuses invalid fences and metadata', async () => {
  const kept = store(temporaryDirectory());
  for (const options of [write(-1), write(1.5), write(Number.NaN), { fence: 1, metadata: { a: 1 } as never }]) {
    await expect(kept.write('main', streamOf('x'), options)).rejects.toMatchObject({ code: 'invalid-argument' });
  }
});

it('follows no link out of its directory, and refuses a directory that other users can write into', async () => {
  const directory = temporaryDirectory();
  const elsewhere = temporaryDirectory();
  symlinkSync(elsewhere, join(directory, 'main'));
  await expect(store(directory).write('main', streamOf('x'), write(1))).rejects.toMatchObject({
    code: 'store-unwritable',
  });
  expect(readdirSync(elsewhere)).toEqual([]);
  chmodSync(directory, 0o777);
  await expect(store(directory).write('other', streamOf('x'), write(1))).rejects.toMatchObject({
    code: 'store-unwritable',
    cause: { message: expect.stringContaining('other users may write') },
  });
});

async function* neverEnding(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begun');
  await new Promise(() => undefined);
}
