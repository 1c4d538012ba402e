import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionStore } from '@wakey/core';
import { cutFiles, disks, faultyFiles, restart, temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { store, streamOf, textOf } from './testing/open-store.js';
import { flipBit } from './testing/under-test.js';

const at = (number: number, generation = 1, fence = 1) => ({ generation, number, fence });
const bytes = (text: string) => Buffer.from(text);

/** A store whose session `main` has one generation and these segments, and the file of the segments. */
async function withSegments(...texts: readonly string[]) {
  const directory = temporaryDirectory();
  await store(directory).write('main', streamOf('base'), { fence: 1, metadata: {}, segments: listed(texts) });
  return { directory, file: join(directory, 'main', 'bundles', '1.segments') };
}

async function* listed(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

async function textsOf(kept: SessionStore, generation = 1): Promise<string[]> {
  const texts: string[] = [];
  for await (const one of kept.segments?.read('main', generation) ?? []) texts.push(Buffer.from(one.bytes).toString());
  return texts;
}

it.each(['dies', 'fails'] as const)(
  'has a segment whole or not at all when an append %s at any of its file-system calls, and takes the next one',
  async (how) => {
    const seen = new Set<number>();
    for (let nth = 1; ; nth++) {
      const { directory } = await withSegments('one');
      const faulty = faultyFiles();
      const own = store(directory, { files: faulty.files });
      faulty.arm(how, nth);
      const hasFailed = await own.segments?.append('main', bytes('two '.repeat(99)), at(2)).then(
        () => false,
        () => true,
      );
      const wasStruck = faulty.calls.length >= nth;
      faulty.disarm();
      await faulty.bury();
      const kept = (await textsOf(store(directory))).length;
      seen.add(kept);
      if (hasFailed === false) expect(kept).toBe(2);
      // The store that failed may write the same number again; a new process goes on behind what is there.
      const [next, number] = how === 'fails' ? [own, hasFailed ? 2 : 3] : [store(directory), kept + 1];
      await next.segments?.append('main', bytes('next'), at(number));
      expect((await textsOf(store(directory))).at(-1)).toBe('next');
      expect(await textsOf(store(directory))).toHaveLength(number);
      if (!wasStruck) break;
      expect(nth).toBeLessThan(100);
    }
    expect(seen).toEqual(new Set([1, 2]));
  },
);

it.each(disks)(
  'keeps every acknowledged segment after a power cut on a %s disk, and takes the next one',
  async (disk) => {
    const { directory } = await withSegments();
    const { files, cuts } = cutFiles(join(directory, 'main', 'bundles'));
    const kept = store(directory, { files });
    const acknowledged: number[] = [];
    for (const number of [1, 2, 3]) {
      await kept.segments?.append('main', bytes(`segment ${number}`), at(number));
      acknowledged.push(cuts.length);
    }
    for (const [index, cut] of cuts.entries()) {
      const after = temporaryDirectory();
      restart(cut[disk], join(after, 'main', 'bundles'));
      const texts = await textsOf(store(after));
      expect(texts.length).toBeGreaterThanOrEqual(acknowledged.filter((count) => count <= index + 1).length);
      await store(after).segments?.append('main', bytes('next'), at(texts.length + 1));
      expect(await textsOf(store(after))).toEqual([...texts, 'next']);
    }
    expect(cuts.length).toBeGreaterThan(6);
  },
);

const torn: readonly (readonly [string, (file: string, whole: number) => void])[] = [
  ['a part of a header', (file, whole) => truncateSync(file, whole + 50)],
  ['a part of its bytes', (file, whole) => truncateSync(file, whole + 96 + 2)],
  ['no end mark', (file) => truncateSync(file, readFileSync(file).length - 8)],
  ['zeros for bytes', (file, whole) => zero(file, whole + 96)],
  ['only zeros', (file, whole) => zero(file, whole)],
];

it.each(torn)('ignores a last segment of which a crash left %s, and the next append replaces it', async (_, tear) => {
  const { directory, file } = await withSegments('one');
  const whole = readFileSync(file).length;
  await store(directory).segments?.append('main', bytes('two, never acknowledged'), at(2));
  tear(file, whole);
  expect(await textsOf(store(directory))).toEqual(['one']);
  expect(await store(directory).segments?.list('main', 1)).toMatchObject([{ number: 1 }]);
  await store(directory).segments?.append('main', bytes('two'), at(2));
  expect(await textsOf(store(directory))).toEqual(['one', 'two']);
});

it('refuses the segments of another base, and a file that somebody wrote behind them', async () => {
  const [first, other] = [await withSegments('one'), await withSegments('two')];
  await store(other.directory).write('main', streamOf('another base'), { fence: 1, metadata: {} });
  writeFileSync(join(other.directory, 'main', 'bundles', '2.segments'), readFileSync(first.file));
  await expect(textsOf(store(other.directory), 2)).rejects.toMatchObject({ code: 'store-unreadable' });
  appendFileSync(first.file, 'x'.repeat(200));
  await expect(store(first.directory).segments?.list('main', 1)).rejects.toMatchObject({ code: 'store-unreadable' });
});

it('goes on behind the segments that another process appended in the meantime', async () => {
  const { directory } = await withSegments();
  const [own, other] = [store(directory), store(directory)];
  await own.segments?.append('main', bytes('1'), at(1));
  await other.segments?.append('main', bytes('2'), at(2));
  await own.segments?.append('main', bytes('3'), at(3));
  await other.segments?.drop('main', { generation: 1, fence: 1 });
  await other.segments?.append('main', bytes('1'), at(1));
  await expect(own.segments?.append('main', bytes('4'), at(4))).rejects.toMatchObject({ code: 'invalid-argument' });
  await own.segments?.append('main', bytes('2'), at(2));
  expect(await textsOf(own)).toEqual(['1', '2']);
});

it('leaves no file of segments behind: pruned, removed, cleared from quarantine, or without a label after a crash', async () => {
  const { directory, file } = await withSegments('one');
  const kept = store(directory);
  const left = () => readdirSync(join(directory, 'main', 'bundles')).filter((name) => /^\d|incoming/.test(name));
  for (const text of ['two', 'three'])
    await kept.write('main', streamOf(text), { fence: 1, metadata: {}, segments: listed([text]) });
  expect(existsSync(file)).toBe(false);
  await kept.quarantine?.put('main', { fence: 1, until: 7 });
  await kept.remove('main', { fence: 1 });
  expect(left().sort()).toEqual(['3.bundle', '3.quarantined.json', '3.segments']);
  expect(await textsOf(kept, 3)).toEqual(['three']);
  await kept.segments?.drop('main', { generation: 3, fence: 1 });
  expect(await textsOf(kept, 3)).toEqual(['three']);
  await kept.quarantine?.clear('main', { fence: 1 });
  expect(left()).toEqual([]);
  for (const name of ['4.segments', '3.segments']) writeFileSync(join(directory, 'main', 'bundles', name), 'left over');
  await kept.write('main', streamOf('four'), { fence: 1, metadata: {} });
  expect(left().sort()).toEqual(['4.bundle', '4.json']);
});

it('reads the whole file of segments only for its first append', async () => {
  const { directory } = await withSegments(...Array.from({ length: 50 }, (_, index) => `segment ${index + 1}`));
  const faulty = faultyFiles();
  const kept = store(directory, { files: faulty.files });
  await kept.segments?.append('main', bytes('51'), at(51));
  const first = faulty.calls.filter((call) => call === 'read').length;
  faulty.calls.length = 0;
  await kept.segments?.append('main', bytes('52'), at(52));
  expect([first > 0, faulty.calls.filter((call) => call === 'read').length]).toEqual([true, 0]);
});

it('returns no further segment after an abort, although it was read ahead from the disk', async () => {
  const { directory } = await withSegments('one', 'two', 'three');
  const stop = new AbortController();
  const texts: string[] = [];
  const read = (async () => {
    for await (const one of store(directory).segments?.read('main', 1, { signal: stop.signal }) ?? []) {
      texts.push(`${Buffer.from(one.bytes)}`);
      stop.abort('enough');
    }
  })();
  await expect(read).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  expect(texts).toEqual(['one']);
});

it('throws at a flipped bit of a segment, and returns all segments before it', async () => {
  const { directory, file } = await withSegments('one', 'two', 'three');
  const size = readFileSync(file).length;
  for (let byte = 0; byte < size; byte++) {
    flipBit(file, byte);
    const texts: string[] = [];
    const read = (async () => {
      for await (const one of store(directory).segments?.read('main', 1) ?? []) texts.push(`${Buffer.from(one.bytes)}`);
    })();
    const error = await read.catch((thrown: unknown) => thrown);
    expect(['one', 'two', 'three'].slice(0, texts.length)).toEqual(texts);
    if (error === undefined) expect([byte, texts.length >= 2]).toEqual([byte, true]);
    else expect(error).toMatchObject({ code: 'store-unreadable' });
    flipBit(file, byte);
  }
  expect(await textOf(await store(directory).read('main'))).toBe('base');
});

function zero(file: string, from: number): void {
  const all = readFileSync(file);
  writeFileSync(file, all.fill(0, from));
}
