import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { holder, store, streamOf, textOf } from './testing/open-store.js';

const write = (fence: number, metadata: Record<string, string> = {}) => ({ fence, metadata });

it('refuses a write or a removal with a fence older than the greatest, and grants each lease with a greater fence', async () => {
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

it('throws, and does not assume fence 0, when it cannot read the file with the fence', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await (await kept.lease('main', holder)).release();
  writeFileSync(join(directory, 'main', 'bundles', 'fence.json'), '');
  await expect(kept.write('main', streamOf('x'), write(9))).rejects.toMatchObject({ code: 'store-unreadable' });
  await expect(kept.lease('main', holder)).rejects.toMatchObject({ code: 'store-unreadable' });
});

it('refuses a write when a newer holder writes while the bytes are still coming', async () => {
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

it('grants the lease to one holder, and names that holder in the error for a second one', async () => {
  const directory = temporaryDirectory();
  const lease = await store(directory).lease('main', holder);
  await expect(store(directory).lease('main', holder)).rejects.toMatchObject({
    code: 'session-in-use',
    message: `Session "main" is held by wakey start, process ${process.pid} on host here, since 2026-11-18T11:06:40.000Z. Stop that process first, or use another session name.`,
    details: { pid: process.pid, host: 'here', program: 'wakey start' },
  });
  await lease.renew();
  await lease.release();
  await lease.release();
  await expect(lease.renew()).rejects.toMatchObject({ code: 'lease-lost' });
  expect(existsSync(join(directory, 'main', 'bundles', 'holder.json'))).toBe(false);
  await (await store(directory).lease('main', holder)).release();
});

it('reports a lost lease to a holder whose lock file was replaced, and leaves the new holder’s name', async () => {
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

it('stores the bytes of each of twelve simultaneous writers under a generation of its own', async () => {
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

it('removes at a write the files of a killed writer, and no file that a living writer is filling', async () => {
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

it('names the new holder, and not the killed one before it, although the new holder has just taken the lease', async () => {
  const directory = temporaryDirectory();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const lease = await store(directory).lease('main', holder);
  const record = join(directory, 'main', 'bundles', 'holder.json');
  const own = readFileSync(record, 'utf8');
  writeFileSync(record, own.replace(`${process.pid}`, `${dead}`));
  let asked = 0;
  const sleep = async () => {
    asked += 1;
    // The new holder writes its name at the twentieth try.
    if (asked === 20) writeFileSync(record, own);
  };
  const refused = store(directory, { sleep }).lease('main', { ...holder, program: 'somebody else' });
  await expect(refused).rejects.toMatchObject({ code: 'session-in-use', details: { pid: process.pid } });
  await lease.release();
});

it('writes nothing at the old path when its directory was moved away while it holds a lease', async () => {
  const parent = temporaryDirectory();
  const kept = store(join(parent, 'sessions'));
  const lease = await kept.lease('main', holder);
  await kept.write('main', streamOf('first'), write(lease.fence));
  renameSync(join(parent, 'sessions'), join(parent, 'elsewhere'));
  const gone = { code: 'store-unwritable', message: expect.stringContaining('moved, removed or unmounted') };
  await expect(kept.write('main', streamOf('second'), write(lease.fence))).rejects.toMatchObject(gone);
  await expect(kept.remove('main', { fence: lease.fence })).rejects.toMatchObject(gone);
  await expect(lease.renew()).rejects.toMatchObject({ code: 'lease-lost' });
  await lease.release();
  expect(existsSync(join(parent, 'sessions'))).toBe(false);
  expect(await textOf(await store(join(parent, 'elsewhere')).read('main'))).toBe('first');
});

it('closes its own directory again after an orchestrator opened it to a group at a mount', async () => {
  const directory = join(temporaryDirectory(), 'kept');
  await store(directory).write('main', streamOf('one'), write(1));
  for (const path of [directory, join(directory, 'main'), join(directory, 'main', 'bundles')]) chmodSync(path, 0o2770);
  expect(await store(directory).write('main', streamOf('two'), write(1))).toBe(2);
  for (const path of [directory, join(directory, 'main')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(await store(directory).list()).toEqual(['main']);
});

it('refuses a directory without Wakey’s mark that other users may write into, and does not change its mode', async () => {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o770);
  await expect(store(directory).write('main', streamOf('one'), write(1))).rejects.toMatchObject({
    code: 'store-unwritable',
  });
  expect(statSync(directory).mode & 0o777).toBe(0o770);
});

it('removes at a lease the files of a killed writer, and no file that a living writer is filling', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await (await kept.lease('main', holder)).release();
  await kept.write('main', streamOf('whole'), write(1));
  const shelf = join(directory, 'main', 'bundles');
  async function* slow() {
    yield Buffer.from('ne');
    for (const name of ['incoming-7', '9.bundle', '.9.json.tmp']) writeFileSync(join(shelf, name), 'left');
    const lease = await store(directory).lease('main', holder);
    expect(readdirSync(shelf).filter((name) => /incoming|tmp|bundle/.test(name))).toEqual(['1.bundle', 'incoming-1']);
    await lease.release();
    yield Buffer.from('w');
  }
  await expect(kept.write('main', slow(), write(1))).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await textOf(await kept.read('main'))).toBe('whole');
});
