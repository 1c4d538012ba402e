import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realFiles } from './disk.js';
import { filesystemStore } from './filesystem-store.js';
import { holder, store, streamOf, temporaryDirectory, textOf } from './fixtures/place.js';

const write = (fence: number, metadata: Record<string, string> = {}) => ({ fence, metadata });

it('gives back the newest bytes with their metadata, and nothing where there is nothing', async () => {
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

it('works as exported, with its own clock and file system', async () => {
  const kept = filesystemStore({ directory: temporaryDirectory() });
  await kept.write('main', streamOf('bytes'), write(0));
  expect(await textOf(await kept.read('main'))).toBe('bytes');
});

it('keeps an empty bundle, and one of many chunks', async () => {
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

it('gives the bytes once', async () => {
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

it('counts no damaged generation as one of the two it keeps', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('one'), write(1));
  await kept.write('main', streamOf('two'), write(1));
  truncateSync(join(directory, 'main', 'bundles', '2.bundle'), 1);
  await kept.write('main', streamOf('three'), write(1));
  expect(await textOf(await kept.read('main', { before: 3 }))).toBe('one');
});

it('makes directories 0700 and files 0600, and closes those that were opened', async () => {
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

const damages: readonly (readonly [string, (shelf: string) => void])[] = [
  ['one bit of its bytes flipped', (shelf) => flipBit(join(shelf, '2.bundle'), 3)],
  ['its bytes cut off', (shelf) => truncateSync(join(shelf, '2.bundle'), 4)],
  ['bytes added', (shelf) => writeFileSync(join(shelf, '2.bundle'), 'more', { flag: 'a' })],
  ['its bytes missing', (shelf) => rmSync(join(shelf, '2.bundle'))],
  ['a directory for bytes', (shelf) => replaceByDirectory(join(shelf, '2.bundle'))],
  ['its label cut off', (shelf) => truncateSync(join(shelf, '2.json'), 20)],
  ['an empty label', (shelf) => writeFileSync(join(shelf, '2.json'), '')],
  [
    'the label of another generation',
    (shelf) => writeFileSync(join(shelf, '2.json'), readFileSync(join(shelf, '1.json'))),
  ],
];

it.each(damages)('passes over a newest generation with %s, and says so', async (_, damage) => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1));
  await kept.write('main', streamOf('the second'), write(1));
  damage(join(directory, 'main', 'bundles'));
  const bundle = await kept.read('main');
  expect([bundle?.generation, await textOf(bundle)]).toEqual([1, 'the first']);
  expect(kept.warnings).toMatchObject([{ code: 'store-unreadable' }]);
  expect(await kept.list()).toEqual(['main']);
});

it.each(damages)('throws, and never looks empty, when the only generation has %s', async (_, damage) => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1));
  await kept.write('main', streamOf('the second'), write(1));
  for (const name of ['1.bundle', '1.json'])
    renameSync(join(directory, 'main', 'bundles', name), join(directory, name));
  if (!damage.toString().includes('1.json')) damage(join(directory, 'main', 'bundles'));
  else writeFileSync(join(directory, 'main', 'bundles', '2.json'), readFileSync(join(directory, '1.json')));
  await expect(kept.read('main')).rejects.toMatchObject({ code: 'store-unreadable' });
  expect(await kept.list()).toEqual(['main']);
});

it('notices bytes that are damaged between the check and the reading', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the bytes'), write(1));
  const bundle = await kept.read('main');
  flipBit(join(directory, 'main', 'bundles', '1.bundle'), 0);
  await expect(textOf(bundle)).rejects.toMatchObject({ code: 'store-unreadable' });
});

it('throws rather than give an older generation when the disk refuses to tell of the newest', async () => {
  const directory = temporaryDirectory();
  await store(directory).write('main', streamOf('one'), write(1));
  await store(directory).write('main', streamOf('two'), write(1));
  const open = (...args: Parameters<typeof realFiles.open>) =>
    String(args[0]).endsWith('2.bundle')
      ? Promise.reject(Object.assign(new Error('io'), { code: 'EIO' }))
      : realFiles.open(...args);
  const kept = store(directory, { files: { ...realFiles, open } });
  await expect(kept.read('main')).rejects.toMatchObject({ code: 'store-unreadable', details: { errno: 'EIO' } });
});

it('throws rather than list a part', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('good', streamOf('x'), write(1));
  mkdirSync(join(directory, 'bad'));
  writeFileSync(join(directory, 'bad', 'bundles'), '');
  await expect(kept.list()).rejects.toMatchObject({ code: 'store-unreadable' });
  await expect(store(join(directory, 'good', 'bundles', '1.json')).list()).rejects.toMatchObject({
    code: 'store-unreadable',
  });
});

it('refuses a fence older than one it has seen, in a write, a removal or a lease', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  const first = await kept.lease('main', holder);
  await first.release();
  const second = await kept.lease('main', holder);
  expect(second.fence).toBeGreaterThan(first.fence);
  await expect(kept.write('main', streamOf('old'), write(first.fence))).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await kept.read('main')).toBeUndefined();
  await kept.write('main', streamOf('new'), write(second.fence + 5));
  await expect(kept.write('main', streamOf('old'), write(second.fence))).rejects.toMatchObject({ code: 'stale-fence' });
  await expect(kept.remove('main', { fence: second.fence })).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await textOf(await kept.read('main'))).toBe('new');
  await second.release();
  const third = await store(directory).lease('main', holder);
  expect(third.fence).toBe(second.fence + 6);
  await third.release();
});

it('does not take a fence for 0 because it cannot be read', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await (await kept.lease('main', holder)).release();
  writeFileSync(join(directory, 'main', 'bundles', 'fence.json'), '');
  await expect(kept.write('main', streamOf('x'), write(9))).rejects.toMatchObject({ code: 'store-unreadable' });
  await expect(kept.lease('main', holder)).rejects.toMatchObject({ code: 'store-unreadable' });
});

it('refuses the owner of old although a newer one came while its bytes were streaming', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  async function* overtaken() {
    yield Buffer.from('old');
    await store(directory).write('main', streamOf('new'), write(2));
    yield Buffer.from('old');
  }
  await expect(kept.write('main', overtaken(), write(1))).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await textOf(await kept.read('main'))).toBe('new');
  expect(readdirSync(join(directory, 'main', 'bundles')).filter((name) => name.startsWith('incoming'))).toEqual([]);
});

it('removes every generation, never gives a number twice, and remembers the fence', async () => {
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

it('gives the lease to one holder, and names it to the other', async () => {
  const directory = temporaryDirectory();
  const lease = await store(directory).lease('main', holder);
  await expect(store(directory).lease('main', holder)).rejects.toMatchObject({
    code: 'session-in-use',
    message: `The stored session "main" is held by wakey start, process ${process.pid} on host here. Stop it first, or use another session name.`,
    details: { pid: process.pid, host: 'here', program: 'wakey start' },
  });
  await lease.renew();
  await lease.release();
  await lease.release();
  await expect(lease.renew()).rejects.toMatchObject({ code: 'lease-lost' });
  expect(existsSync(join(directory, 'main', 'bundles', 'holder.json'))).toBe(false);
  await (await store(directory).lease('main', holder)).release();
});

it('tells a holder whose lock file was replaced that the lease is lost, and leaves the new holder’s name', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  const lease = await kept.lease('main', holder);
  rmSync(join(directory, 'main', 'bundles', 'lease'));
  const next = await kept.lease('main', { ...holder, program: 'the next' });
  await expect(lease.renew()).rejects.toMatchObject({ code: 'lease-lost' });
  await lease.release();
  expect(readFileSync(join(directory, 'main', 'bundles', 'holder.json'), 'utf8')).toContain('the next');
  await next.renew();
  await next.release();
});

it('keeps every one of many writers’ bytes apart', async () => {
  const directory = temporaryDirectory();
  const texts = Array.from({ length: 12 }, (_, at) => `writer ${at} `.repeat(50));
  const given = await Promise.all(texts.map((text) => store(directory).write('main', streamOf(text), write(1))));
  expect([...given].sort((a, b) => a - b)).toEqual(texts.map((_, at) => at + 1));
  const bundle = await store(directory).read('main');
  expect(bundle?.generation).toBe(12);
  expect(await textOf(bundle)).toBe(texts[given.indexOf(12)]);
});

it('reads and lists whole generations while others write', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('0'.repeat(100)), write(1));
  const writing = (async () => {
    for (let at = 1; at < 10; at++) await kept.write('main', streamOf(String(at).repeat(100)), write(1));
    return 'done' as const;
  })();
  for (let last: unknown; last !== 'done'; last = await Promise.race([writing, Promise.resolve()])) {
    expect(await kept.list()).toEqual(['main']);
    expect((await kept.read('main'))?.generation).toBeGreaterThan(0);
  }
  expect(await textOf(await kept.read('main'))).toBe('9'.repeat(100));
  expect(kept.warnings).toEqual([]);
});

it('removes what a writer that died has left, and not what one that lives is writing', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  const shelf = join(directory, 'main', 'bundles');
  await kept.write('main', streamOf('one'), write(1));
  for (const name of ['incoming-1', 'incoming-7', '9.bundle', '.9.json.tmp']) writeFileSync(join(shelf, name), 'left');
  async function* slow() {
    yield Buffer.from('two');
    await store(directory).write('main', streamOf('meanwhile'), write(1));
    expect(readdirSync(shelf).filter((name) => name.startsWith('incoming'))).toEqual(['incoming-1']);
  }
  expect(await kept.write('main', slow(), write(1))).toBe(3);
  expect(readdirSync(shelf).sort()).toEqual(['2.bundle', '2.json', '3.bundle', '3.json', 'lock']);
});

it('leaves what was kept when the stream fails, and passes on its error', async () => {
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

it('stops when it is told to, also where the stream hangs, and leaves nothing', async () => {
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

it('refuses fences and metadata that are none', async () => {
  const kept = store(temporaryDirectory());
  for (const options of [write(-1), write(1.5), write(Number.NaN), { fence: 1, metadata: { a: 1 } as never }]) {
    await expect(kept.write('main', streamOf('x'), options)).rejects.toMatchObject({ code: 'invalid-argument' });
  }
});

it('follows no link out of its directory, and writes into none that others can write', async () => {
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
    cause: { message: expect.stringContaining('others may write') },
  });
});

it('gives nobody the bytes of a session that this disk takes for the same', async () => {
  const directory = temporaryDirectory();
  await store(directory).write('Main', streamOf('private'), write(1));
  // What a disk that does not tell upper from lower case would do.
  symlinkSync('Main', join(directory, 'main'));
  await expect(store(directory).read('main')).rejects.toThrow('"main" would be kept in the place of session "Main"');
});

function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
  closeSync(file);
}

function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

async function* neverEnding(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begun');
  await new Promise(() => undefined);
}
