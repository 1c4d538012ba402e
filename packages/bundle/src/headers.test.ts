import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { inPieces, manifestEntry, type RawEntry, sumsOf, tarOf, unpacked } from './testing/bundles.js';
import { unpackBundle } from './unpack.js';

/** A bundle of these entries with changed bytes in the header of `name`, and a right checksum of tar. */
async function bundleWithHeader(
  entries: readonly RawEntry[],
  name: string,
  change: { readonly at: number; readonly bytes: string | Uint8Array },
): Promise<Uint8Array> {
  const all = [manifestEntry, ...entries];
  const tar = Buffer.from(await tarOf([...all, sumsOf(all)]));
  const start = tar.indexOf(`${name}\0`);
  expect(start % 512).toBe(0);
  const header = tar.subarray(start, start + 512);
  header.set(Buffer.from(change.bytes), change.at);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return zstdCompressSync(tar);
}

async function refusalOf(bytes: Uint8Array): Promise<string> {
  const place = temporaryDirectory();
  const error: unknown = await unpackBundle(inPieces(bytes), join(place, 'into')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'bundle-damaged' });
  expect(readdirSync(place)).toEqual(['into']);
  return String(error);
}

const typeAt = 156;
const sizeAt = 124;
const good: RawEntry = { name: 'profile/good', text: 'good' };

it('accepts the header of a plain file', async () => {
  const bytes = await bundleWithHeader([good], 'profile/good', { at: typeAt, bytes: '0' });
  expect((await unpacked(bytes)).files).toEqual({ good: 'good' });
});

describe('a long name of GNU tar', () => {
  const link = '././@LongLink';
  const longName = (path: string, type: string) =>
    bundleWithHeader([{ name: link, text: `${path}\0` }, good], link, { at: typeAt, bytes: type });

  it.each([
    ['profile/../../escaped', 'out of its directory'],
    ['/etc/escaped', 'outside profile/'],
    ['wakey.json', 'wakey.json twice'],
    [`profile/${'x'.repeat(600)}`, 'more than 512 bytes'],
  ])('must keep the rules for short names (%s)', async (path, why) => {
    expect(await refusalOf(await longName(path, 'L'))).toContain(why);
  });

  it('that is longer than any file of a bundle needs is refused', async () => {
    expect(await refusalOf(await longName('x'.repeat(3_000_000), 'L'))).toContain('headers and padding');
  });

  it('of a link does not make a link', async () => {
    // The tar has one entry fewer than the checksums name.
    expect(await refusalOf(await longName('/etc/passwd', 'K'))).toContain('does not have');
  });
});

describe('a header', () => {
  it.each(['1', '2', '3', '4', '6', '7', 'S', 'M', 'V', 'D', 'N', 'A', 'Z', '~'])(
    'of type %s is refused',
    async (type) => {
      await refusalOf(await bundleWithHeader([good], 'profile/good', { at: typeAt, bytes: type }));
    },
  );

  it.each<readonly [string, string | Uint8Array]>([
    ['negative', Uint8Array.of(0xff, ...new Array<number>(11).fill(0xf0))],
    ['beyond all numbers', Uint8Array.of(0x80, ...new Array<number>(11).fill(0xff))],
    ['of terabytes', Uint8Array.of(0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0)],
    ['no number', 'hello world\0'],
    ['too small', '00000000001\0'],
    ['too large', '00000001000\0'],
  ])('whose size is %s is refused', async (_, bytes) => {
    await refusalOf(await bundleWithHeader([good], 'profile/good', { at: sizeAt, bytes }));
  });

  it('with a wrong checksum of its own is refused', async () => {
    const tar = Buffer.from(await tarOf([manifestEntry, good, sumsOf([manifestEntry, good])]));
    tar.writeUInt8(tar.readUInt8(tar.indexOf('profile/good')) ^ 1, tar.indexOf('profile/good'));
    expect(await refusalOf(zstdCompressSync(tar))).toContain('tar cannot read it');
  });

  it('does not set the mode of the unpacked file', async () => {
    const into = temporaryDirectory();
    await unpackBundle(inPieces(await bundleWithHeader([good], 'profile/good', { at: 100, bytes: '0006777' })), into);
    expect(statSync(join(into, 'profile/good')).mode & 0o7777).toBe(0o600);
  });
});
