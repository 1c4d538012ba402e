import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultyFiles, temporaryDirectory, tree } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { packBundle } from './pack.js';
import { file, inPieces, manifest, noise, packed, unpacked } from './testing/bundles.js';
import { unpackBundle } from './unpack.js';

const files = [
  file('Local State', '{}'),
  file('Default/Cookies', 'one, ', '', 'two'),
  file('Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log', noise(300_000)),
  file('Default/empty'),
];

it('returns every file and the manifest', async () => {
  const { manifest: found, files: texts } = await unpacked(await packed(files));
  expect(found).toEqual(manifest);
  expect(Object.keys(texts).sort()).toEqual(files.map(({ path }) => path).sort());
  expect(texts['Default/Cookies']).toBe('one, two');
  expect(texts['Default/empty']).toBe('');
});

it('packs and unpacks a bundle without files, and a manifest without its optional fields', async () => {
  const { me: _, linkedAt: __, ...bare } = manifest;
  const into = temporaryDirectory();
  expect(await unpackBundle(packBundle(bare, []), into)).toEqual(bare);
  expect([...tree(into).keys()]).toEqual(['profile']);
});

it('finishes with a chunk before it requests the next, so that one buffer serves all chunks', async () => {
  const bytes = noise(700_000);
  const reusing = {
    path: 'big',
    size: bytes.length,
    async *open(buffer = new Uint8Array()) {
      for (let at = 0; at < bytes.length; at += buffer.length) {
        const piece = bytes.subarray(at, at + buffer.length);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
        buffer.fill(0);
      }
    },
  };
  const into = temporaryDirectory();
  await unpackBundle(packBundle(manifest, [reusing]), into);
  expect(readFileSync(join(into, 'profile/big')).equals(bytes)).toBe(true);
});

it('writes the same bytes for the same files', async () => {
  expect(await packed(files)).toEqual(await packed(files));
});

it('writes files that only their owner can read, with any umask', async () => {
  const bytes = await packed(files);
  const before = process.umask(0o000);
  try {
    for (const umask of [0o000, 0o777]) {
      process.umask(umask);
      const into = join(temporaryDirectory(), 'made');
      await unpackBundle(inPieces(bytes), into);
      expect(statSync(into).mode & 0o777).toBe(0o700);
      const modes = [...tree(into).values()].map(({ mode, text }) => [text === undefined, mode]);
      expect(new Set(modes.map(String))).toEqual(new Set([`true,${0o700}`, `false,${0o600}`]));
    }
  } finally {
    process.umask(before);
  }
});

it('unpacks only into an empty directory with an absolute path', async () => {
  const bytes = await packed(files);
  const into = temporaryDirectory();
  writeFileSync(join(into, 'mine'), '');
  await expect(unpackBundle(inPieces(bytes), into)).rejects.toMatchObject({ code: 'invalid-argument' });
  expect([...tree(into).keys()]).toEqual(['mine']);
  await expect(unpackBundle(inPieces(bytes), 'here')).rejects.toMatchObject({ code: 'invalid-argument' });
  expect(existsSync('here')).toBe(false);
});

it('flushes every file and every directory to the disk', async () => {
  const { files: traced, calls } = faultyFiles();
  const into = temporaryDirectory();
  await unpackBundle(inPieces(await packed(files)), into, { files: traced });
  const directories = [...tree(into).values()].filter(({ text }) => text === undefined).length + 1;
  expect(calls.filter((call) => call === 'sync')).toHaveLength(files.length + directories);
  expect(calls.filter((call) => call === 'open')).toHaveLength(calls.filter((call) => call === 'close').length);
});

describe('a disk that fails', () => {
  it('is reported by its own error at any call, not as damage of the bundle', async () => {
    const bytes = await packed(files.slice(0, 2));
    let struck = 0;
    for (let nth = 1; ; nth++) {
      const faulty = faultyFiles();
      faulty.arm('fails', nth);
      const unpacking = unpackBundle(inPieces(bytes), temporaryDirectory(), { files: faulty.files });
      const failure = await unpacking.then(
        () => undefined,
        (error: unknown) => error,
      );
      await faulty.bury();
      if (faulty.calls.length < nth) break;
      expect(failure, faulty.calls[nth - 1]).toMatchObject({ code: 'sessions-dir-unusable' });
      struck++;
    }
    expect(struck).toBeGreaterThan(15);
  });
});

describe('a source that fails', () => {
  it('makes the reading of a bundle reject with the error of the source', async () => {
    const bytes = await packed(files);
    const trouble = new Error('the store is gone');
    const source = async function* () {
      yield bytes.subarray(0, 1000);
      throw trouble;
    };
    await expect(unpackBundle(source(), temporaryDirectory())).rejects.toBe(trouble);
  });

  it.each([
    ['vanishes', { size: 3, error: Object.assign(new Error('gone'), { code: 'ENOENT' }) }, /vanished/],
    ['shrinks', { size: 3, text: 'ab' }, /changed its size/],
    ['grows', { size: 3, text: 'abcd' }, /changed its size/],
    ['never ends', { size: 3, endless: true }, /changed its size/],
  ])('fails the packing when a file %s', async (_, { size, text = '', error, endless = false }: Changing, message) => {
    const changing = {
      path: 'Default/Cookies',
      size,
      async *open() {
        if (error !== undefined) throw error;
        do yield Buffer.from(text.padStart(1, 'x'));
        while (endless);
      },
    };
    const packing = packed([file('a', 'a'), changing]);
    await expect(packing).rejects.toMatchObject({ code: 'bundle-damaged', message: expect.stringMatching(message) });
  });
});

interface Changing {
  readonly size: number;
  readonly text?: string;
  readonly error?: Error;
  readonly endless?: boolean;
}

describe('backpressure', () => {
  it('opens a file only shortly before the reader of the bundle reaches it', async () => {
    const opened: number[] = [];
    const many = Array.from({ length: 50 }, (_, at) => {
      const one = file(`${at}`, noise(200_000, `${at}`));
      const open = () => {
        opened.push(at);
        return one.open();
      };
      return { ...one, open };
    });
    const reader = packBundle(manifest, many)[Symbol.asyncIterator]();
    await reader.next();
    // In this many turns of the event loop, packing without backpressure would open all files.
    for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(opened.length).toBeLessThan(10);
    await reader.return?.();
  });

  it('closes the file that it reads when the reader stops', async () => {
    let isClosed = false;
    const endless = {
      path: 'big',
      size: 1e9,
      async *open() {
        try {
          for (;;) yield noise(100_000);
        } finally {
          isClosed = true;
        }
      },
    };
    for await (const _ of packBundle(manifest, [endless])) break;
    expect(isClosed).toBe(true);
  });
});

describe('an abort', () => {
  const hanging = { path: 'big', size: 1e9, open: () => never() };

  it('ends the packing while a file does not answer', async () => {
    const stop = new AbortController();
    const packing = packed([hanging], { signal: stop.signal });
    stop.abort('enough');
    await expect(packing).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await expect(packed(files, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends the unpacking while its source does not answer', async () => {
    const stop = new AbortController();
    const source = async function* () {
      yield (await packed(files)).subarray(0, 1000);
      stop.abort('enough');
      yield* never();
    };
    const unpacking = unpackBundle(source(), temporaryDirectory(), { signal: stop.signal });
    await expect(unpacking).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  });

  it('before the call leaves the directory empty', async () => {
    const into = join(temporaryDirectory(), 'made');
    mkdirSync(into);
    const signal = AbortSignal.abort();
    const unpacking = unpackBundle(inPieces(await packed(files)), into, { signal });
    await expect(unpacking).rejects.toMatchObject({ code: 'aborted' });
    expect(tree(into).size).toBe(0);
  });
});

/** A stream of bytes that never yields. */
async function* never(): AsyncGenerator<Uint8Array> {
  await new Promise(() => undefined);
  yield new Uint8Array();
}
