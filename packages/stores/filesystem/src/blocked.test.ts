import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { realFiles } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { holder, store, streamOf, textOf } from './testing/open-store.js';

/** A store with two generations of `main`, and a pipe in the place of one of its files. */
async function withPipeAt(name: string) {
  const directory = temporaryDirectory();
  const kept = store(directory);
  for (const text of ['one', 'two']) await kept.write('main', streamOf(text), { fence: 1, metadata: {} });
  const path = join(directory, 'main', 'bundles', name);
  rmSync(path, { force: true });
  execFileSync('mkfifo', ['-m', '600', path]);
  return kept;
}

it.each(['2.bundle', '2.json'])(
  'skips a generation whose %s is a pipe, and does not wait for the pipe',
  async (name) => {
    const kept = await withPipeAt(name);
    expect(await textOf(await kept.read('main'))).toBe('one');
  },
);

it.each(['fence.json', 'lease', 'lock', 'holder.json', '.fence.json.tmp'])(
  'does not wait for a pipe in the place of %s when it takes a lease',
  async (name) => {
    const kept = await withPipeAt(name);
    const lease = await kept.lease('main', holder).catch((error: unknown) => error);
    if (name === 'holder.json') expect(lease).toMatchObject({ fence: 2 });
    else
      expect(lease).toMatchObject({
        message: expect.stringMatching(/in the place of a file|damaged file|not a directory/),
      });
  },
);

it('ends a call at its timeout or at an abort when the file system does not answer', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'main'));
  const hanging = { ...realFiles, readdir: () => new Promise<never>(() => undefined) };
  const kept = store(directory, { files: hanging as unknown as typeof realFiles });
  await expect(kept.list({ timeout: 20 })).rejects.toMatchObject({ code: 'timeout' });
  const abort = new AbortController();
  const reading = kept.read('main', { signal: abort.signal });
  abort.abort();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
});

it.each([
  ['list', 'readdir', 'store-unreadable'],
  ['read', 'readdir', 'store-unreadable'],
  ['write', 'mkdir', 'store-unwritable'],
  ['lease', 'open', 'store-unwritable'],
] as const)('ends %s by a time limit of its own when the file system never answers %s', async (method, call, code) => {
  const directory = temporaryDirectory();
  await store(directory).write('main', streamOf('one'), { fence: 1, metadata: {} });
  const hanging = { ...realFiles, [call]: () => new Promise<never>(() => undefined) };
  const kept = store(directory, { files: hanging, answerWithin: 20 });
  const calls = {
    list: () => kept.list(),
    read: () => kept.read('main'),
    write: () => kept.write('main', streamOf('two'), { fence: 1, metadata: {} }),
    lease: () => kept.lease('main', holder),
  };
  await expect(calls[method]()).rejects.toMatchObject({
    code,
    message: expect.stringContaining('did not answer within'),
  });
});

it('throws and returns no older generation when the file system never opens the newest', async () => {
  const directory = temporaryDirectory();
  for (const text of ['one', 'two']) await store(directory).write('main', streamOf(text), { fence: 1, metadata: {} });
  const open: typeof realFiles.open = (path, ...rest) =>
    String(path).endsWith('2.bundle') ? new Promise<never>(() => undefined) : realFiles.open(path, ...rest);
  const kept = store(directory, { files: { ...realFiles, open }, answerWithin: 20 });
  await expect(kept.read('main')).rejects.toMatchObject({ code: 'store-unreadable' });
  expect(kept.warnings).toEqual([]);
});
