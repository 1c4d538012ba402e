import { readFileSync } from 'node:fs';
import { temporaryDirectory } from '@wakey/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, inPieces, noise, packed, unpacked } from './testing/bundles.js';
import { unpackBundle } from './unpack.js';

const golden = readFileSync(new URL('golden/format-1.bundle', import.meta.url));

const refusal = (bytes: Uint8Array) =>
  unpackBundle(inPieces(bytes), temporaryDirectory()).then(
    () => 'taken',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

/** Names and contents of the files of a profile, likely ones and odd but allowed ones. */
const someFiles = fc
  .dictionary(
    fc
      .array(fc.stringMatching(/^[A-Za-z0-9_äß水 .-]{0,30}[a-z0-9]$/u), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/')),
    fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 }),
    { maxKeys: 12 },
  )
  .filter((files) => {
    // Leave out names that are equal on some file systems: bundles refuse those, which other tests show.
    const paths = Object.keys(files).flatMap((path) =>
      path.split('/').map((_, at, all) => all.slice(0, at + 1).join('/')),
    );
    const fold = (path: string) => path.normalize('NFKC').toLowerCase();
    const isOnce = new Set(paths).size === new Set(paths.map(fold)).size;
    const isFlat = !Object.keys(files).some((path) => Object.keys(files).some((other) => other.startsWith(`${path}/`)));
    return isOnce && isFlat && !paths.some((path) => /(^|\/)(con|prn|aux|nul|com\d|lpt\d)(\.|\/|$)/i.test(path));
  });

describe('any files', () => {
  it('come back unchanged, in whatever pieces the bundle arrives', async () => {
    const property = fc.asyncProperty(someFiles, fc.integer({ min: 1, max: 5000 }), async (files, length) => {
      const bytes = await packed(Object.entries(files).map(([path, pieces]) => file(path, ...pieces)));
      const into = temporaryDirectory();
      await unpackBundle(inPieces(bytes, length), into);
      for (const [path, pieces] of Object.entries(files)) {
        expect(readFileSync(`${into}/profile/${path}`)).toEqual(Buffer.concat(pieces));
      }
      expect(Object.keys((await unpacked(bytes)).files)).toHaveLength(Object.keys(files).length);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});

describe('one flipped bit', () => {
  it('is noticed in every byte of a bundle', async () => {
    const taken: number[] = [];
    for (let at = 0; at < golden.length; at++) {
      const bit = at * 8 + (at % 8);
      if ((await refusal(flipped(golden, bit))) !== 'bundle-damaged') taken.push(bit);
    }
    expect(taken).toEqual([]);
  });

  it('is noticed at any place in a large bundle', async () => {
    const large = await packed([file('a', noise(50_000)), file('zeros', new Uint8Array(50_000)), file('b', 'b')]);
    const property = fc.asyncProperty(fc.nat(large.length * 8 - 1), async (bit) => {
      expect(await refusal(flipped(large, bit))).toBe('bundle-damaged');
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe('a bundle that is cut off', () => {
  it('is noticed at every length', async () => {
    const taken: number[] = [];
    for (let length = 0; length < golden.length; length++) {
      if ((await refusal(golden.subarray(0, length))) !== 'bundle-damaged') taken.push(length);
    }
    expect(taken).toEqual([]);
  });
});

describe('bytes that are missing, doubled or overwritten', () => {
  it('are noticed at any place', async () => {
    const part = fc.tuple(
      fc.nat(golden.length - 1),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom('cut', 'double', 'noise'),
    );
    const property = fc.asyncProperty(part, async ([from, length, how]) => {
      const gone = golden.subarray(from, from + length);
      const instead = { cut: [], double: [gone, gone], noise: [noise(gone.length)] }[how];
      const bytes = Buffer.concat([golden.subarray(0, from), ...instead, golden.subarray(from + length)]);
      expect(await refusal(bytes)).toBe('bundle-damaged');
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
