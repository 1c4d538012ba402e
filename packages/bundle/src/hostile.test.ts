import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { temporaryDirectory, tree } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { packBundle } from './pack.js';
import {
  bundleOf,
  file,
  inPieces,
  manifest,
  manifestEntry,
  noise,
  packed,
  type RawEntry,
  sumsOf,
  tarOf,
  unpacked,
} from './testing/bundles.js';
import { type UnpackOptions, unpackBundle } from './unpack.js';

const good: RawEntry = { name: 'profile/good', text: 'good' };
const whole = [manifestEntry, good, sumsOf([manifestEntry, good])];
const zstd = (tar: Uint8Array) => zstdCompressSync(tar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const bundleWith = async (...entries: readonly RawEntry[]) => zstd(await tarOf(entries));

/**
 * Why a bundle is refused. First proves that nothing was written outside its directory and that all in it is private.
 */
async function refusalOf(bytes: Uint8Array, options?: UnpackOptions): Promise<string> {
  const place = temporaryDirectory();
  const into = join(place, 'into');
  const error: unknown = await unpackBundle(inPieces(bytes), into, options).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'WakeyError', code: 'bundle-damaged' });
  expect(readdirSync(place)).toEqual(['into']);
  for (const { mode, text } of tree(into).values()) expect(mode).toBe(text === undefined ? 0o700 : 0o600);
  return String(error);
}

it('accepts a correct bundle that was made by hand', async () => {
  const byHand = await bundleOf({ name: 'profile/', type: 'directory' }, good);
  expect((await unpacked(byHand)).files).toEqual({ good: 'good' });
});

describe('a path', () => {
  it.each([
    ['..', 'profile/../../escaped', 'out of its directory'],
    ['.', 'profile/./same', 'out of its directory'],
    ['only ..', 'profile/..', 'out of its directory'],
    ['absolute', '/etc/escaped', 'outside profile/'],
    ['absolute below ours', 'profile//etc/escaped', 'absolute'],
    ['beside ours', 'escaped', 'outside profile/'],
    ['ours itself', 'profile', 'outside profile/'],
    ['./', './profile/a', 'outside profile/'],
    ['a backslash', 'profile/..\\..\\escaped', 'backslash'],
    ['a drive', 'profile/C:/escaped', 'colon'],
    ['a stream of NTFS', 'profile/file:stream', 'colon'],
    ['a line break', 'profile/a\nb', 'control characters'],
    ['an escape sequence', 'profile/\u001b[2J', 'control characters'],
    ['a dot at its end', 'profile/good.', 'ends in a dot'],
    ['a blank at its end', 'profile/good /a', 'ends in a dot or a blank'],
    ['a device of Windows', 'profile/NUL.txt', 'device on Windows'],
    ['a great length', `profile/${'long/'.repeat(200)}x`, 'more than 512 bytes'],
  ])('with %s is refused', async (_, name, why) => {
    const message = await refusalOf(await bundleOf({ name, text: 'x' }));
    expect(message).toContain(why);
    expect(message).not.toMatch(/escaped|etc|long|\n/);
  });

  it.each([
    ['with NUL', 'profile/a\0b', 'control characters'],
    ['that leads out', 'profile/../../escaped', 'out of its directory'],
    ['that is absolute', '/etc/escaped', 'outside profile/'],
  ])('%s in an extended header is refused', async (_, path, why) => {
    expect(await refusalOf(await bundleOf({ name: 'profile/a', text: 'x', pax: { path } }))).toContain(why);
  });

  it.each([
    ['twice', ['profile/a', 'profile/a'], 'twice'],
    ['that differs by case', ['profile/Cookies', 'profile/cookies'], 'only by case'],
    ['below directories that differ by case', ['profile/A/x', 'profile/a/y'], 'only by case'],
    ['that differs by the form of a letter', ['profile/\u00e9', 'profile/e\u0301'], 'form of their letters'],
    ['below a file', ['profile/a', 'profile/a/b'], 'a file and a directory at once'],
    ['above a file', ['profile/a/b', 'profile/a'], 'a file and a directory at once'],
  ])('%s is refused', async (_, names, why) => {
    const entries = names.map((name) => ({ name, text: name }));
    const bytes = await bundleOf(...entries);
    expect(await refusalOf(bytes)).toContain(why);
  });

  it.each(['../escaped', '/etc/escaped', 'a\\b', 'C:x', 'a//b', '', 'a\0'])('%j is not packed either', async (path) => {
    await expect(packed([file(path, 'x')])).rejects.toMatchObject({ code: 'bundle-damaged' });
  });
});

describe('an entry that is not a plain file', () => {
  it.each(['symlink', 'link', 'block-device', 'character-device', 'fifo'] as const)('(%s) is refused', async (type) => {
    const entry: RawEntry = { name: 'profile/a', type, linkname: '/etc/passwd' };
    expect(await refusalOf(await bundleOf(entry, { name: 'profile/a/b', text: 'x' }))).toContain('a link, a device');
  });

  it('is refused in place of the manifest and of the checksums', async () => {
    for (const name of ['wakey.json', 'SHA256SUMS']) {
      const entry: RawEntry = { name, type: 'directory' };
      await refusalOf(await bundleWith(...(name === 'wakey.json' ? [entry] : [manifestEntry, good, entry])));
    }
  });
});

describe('an order of entries', () => {
  it.each<readonly [string, readonly RawEntry[], string]>([
    ['nothing at all', [], 'it is empty'],
    ['files before the manifest', [good, ...whole], 'does not begin with wakey.json'],
    ['the manifest twice', [manifestEntry, manifestEntry], 'wakey.json twice'],
    ['no checksums', [manifestEntry, good], 'no SHA256SUMS'],
    ['a file after the checksums', [...whole, { name: 'profile/late', text: 'x' }], 'after its SHA256SUMS'],
    ['a directory after the checksums', [...whole, { name: 'profile/', type: 'directory' }], 'after its SHA256SUMS'],
    ['checksums twice', [...whole, sumsOf([manifestEntry, good])], 'after its SHA256SUMS'],
  ])('with %s is refused', async (_, entries, why) => {
    expect(await refusalOf(await bundleWith(...entries))).toContain(why);
  });
});

describe('checksums', () => {
  const right = String(sumsOf([manifestEntry, good]).text);
  it.each([
    ['of a file that does not exist', `${right}${'0'.repeat(64)}  profile/absent\n`, 'does not have'],
    ['without a file that exists', String(sumsOf([manifestEntry]).text), 'does not name'],
    ['without the manifest', String(sumsOf([good]).text), 'does not name'],
    [
      'of another content',
      right.replace(/[0-9a-f](?= {2}profile)/, (digit) => (digit === '0' ? '1' : '0')),
      'checksum',
    ],
    ['with a file twice', `${right}${right}`, 'twice'],
    ['with a line that is not a checksum', `${right}hello\n`, 'not a checksum'],
    ['that are cut off', right.slice(0, -1), 'cut off'],
    ['that are empty', '', 'cut off'],
  ])('%s are refused', async (_, text, why) => {
    expect(await refusalOf(await bundleWith(manifestEntry, good, { name: 'SHA256SUMS', text }))).toContain(why);
  });
});

describe('bytes that are not a bundle', () => {
  it.each([
    ['nothing', new Uint8Array(), 'cut off'],
    ['noise', noise(5000), 'does not begin as a zstd file does'],
    ['compressed noise', zstd(noise(5000)), 'tar cannot read it'],
    ['reserved bits set', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0b1_0000, 0, 1, 0, 0), 'reserved bits'],
  ])('(%s) are refused', async (_, bytes, why) => {
    expect(await refusalOf(bytes)).toContain(why);
  });

  it.each([
    ['noise', noise(40)],
    ['a second frame', zstd(new Uint8Array())],
    ['one byte', Uint8Array.of(0)],
  ])('after the end (%s) are refused', async (_, tail) => {
    expect(await refusalOf(Buffer.concat([await bundleWith(...whole), tail]))).toContain('follows its end');
  });

  it('inside, after the end of tar, are refused', async () => {
    const tar = await tarOf(whole);
    await refusalOf(zstd(Buffer.concat([tar, noise(512)])));
    await refusalOf(zstd(Buffer.concat([tar, noise(100)])));
    // tar itself pads its end with zeros.
    expect((await unpacked(zstd(Buffer.concat([tar, new Uint8Array(10_240)])))).files).toEqual({ good: 'good' });
  });

  it('with a tar that is cut off inside are refused', async () => {
    const tar = await tarOf([manifestEntry, { name: 'profile/big', text: 'x'.repeat(3000) }, sumsOf([])]);
    for (const length of [100, 512, 700, 1024, 1500, 2000, 3000, 5000]) await refusalOf(zstd(tar.subarray(0, length)));
  });
});

describe('a bomb', () => {
  it('of bytes is refused before they are written', async () => {
    const bytes = await packed([file('small', 'x'), file('large', new Uint8Array(5_000_000))]);
    expect(bytes.length).toBeLessThan(5000);
    const message = await refusalOf(bytes, { limits: { totalBytes: 1_000_000 } });
    expect(message).toContain('more than 1000000 bytes');
  });

  it('of files is refused', async () => {
    const files = Array.from({ length: 11 }, (_, at) => file(`${at}`));
    const bytes = await packed(files);
    expect(await refusalOf(bytes, { limits: { files: 10 } })).toContain('more than 10 files');
    expect(Object.keys((await unpacked(bytes, { limits: { files: 11 } })).files)).toHaveLength(11);
  });

  it('of directories is refused', async () => {
    const directories = Array.from(
      { length: 30 },
      (_, at): RawEntry => ({ name: `profile/${at}/`, type: 'directory' }),
    );
    expect(await refusalOf(await bundleOf(...directories), { limits: { files: 10 } })).toContain('more than 10 files');
  });

  it('of padding is refused', async () => {
    const zeros = zstd(Buffer.concat([await tarOf(whole), new Uint8Array(50_000_000)]));
    expect(zeros.length).toBeLessThan(20_000);
    expect(await refusalOf(zeros)).toContain('headers and padding');
  });

  it('of extended headers is refused', async () => {
    const path = 'x'.repeat(3_000_000);
    expect(await refusalOf(await bundleOf({ name: 'profile/a', text: 'x', pax: { path } }))).toContain('headers');
  });

  it('in the manifest is refused', async () => {
    const text = JSON.stringify({ ...manifest, driver: 'x'.repeat(100_000) });
    expect(await refusalOf(await bundleWith({ name: 'wakey.json', text }))).toContain('at most 65536 bytes');
  });

  it('of memory for zstd is refused', async () => {
    // A frame that requires a window of 2 GiB.
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0);
    expect(await refusalOf(frame)).toContain('zstd cannot read it');
  });

  it('is not packed either', async () => {
    const limits = { totalBytes: 10, files: 2 };
    for (const files of [[file('a', 'x'.repeat(11))], [file('a'), file('b'), file('c')]]) {
      await expect(packed(files, { limits })).rejects.toMatchObject({ code: 'bundle-damaged' });
    }
    expect((await unpacked(await packed([file('a', 'x'.repeat(10)), file('b')], { limits }))).files.b).toBe('');
  });
});

describe('a bundle of a newer Wakey', () => {
  const entries: readonly RawEntry[] = [
    { name: 'wakey.json', text: JSON.stringify({ format: 2, otherwise: 'unknown' }) },
    { name: 'elsewhere/file', text: 'x'.repeat(5000) },
  ];

  it('is reported as newer, whatever else it contains, and nothing of it is written', async () => {
    const into = join(temporaryDirectory(), 'into');
    const unpacking = unpackBundle(inPieces(await bundleWith(...entries)), into);
    await expect(unpacking).rejects.toMatchObject({ code: 'bundle-unsupported', details: { format: 2 } });
    expect(readdirSync(into)).toEqual([]);
  });

  it('is reported as damaged if it is damaged: a flipped bit can turn our format into a newer one', async () => {
    const bytes = Buffer.from(await bundleWith(...entries));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await refusalOf(bytes);
    await refusalOf((await bundleWith(...entries)).subarray(0, -1));
  });
});

it('refuses to pack a manifest that Wakey could not read back', async () => {
  const wrong = { ...manifest, fence: -1 };
  const packing = packBundle(wrong, [])[Symbol.asyncIterator]().next();
  await expect(packing).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('"fence"'),
  });
});
