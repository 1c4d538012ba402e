import { expect, it } from 'vitest';
import { manifestText, parseManifest } from './manifest.js';
import { type Migration, migrated } from './migrations.js';
import { manifest } from './testing/bundles.js';

const { me: _, linkedAt: __, ...bare } = manifest;

it('reads back what it writes', () => {
  expect(parseManifest(manifestText(manifest))).toEqual({ manifest, isSealed: true });
  expect(parseManifest(manifestText(bare)).manifest).toEqual(bare);
  const linkedThere = { ...manifest, origin: 'https://web.whatsapp.com' };
  expect(parseManifest(manifestText(linkedThere)).manifest).toEqual(linkedThere);
});

it('ignores fields that it does not know', () => {
  expect(parseManifest(JSON.stringify({ ...manifest, mood: 'good' }))).toEqual({ manifest, isSealed: false });
});

it('advises an update when the bundle is of a newer Wakey', () => {
  expect(() => parseManifest(JSON.stringify({ format: 2, all: 'different' }))).toThrowError(
    expect.objectContaining({
      code: 'bundle-unsupported',
      message: expect.stringContaining('reads formats up to 1'),
      details: { format: 2, supported: 1 },
    }),
  );
});

it.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['null', 'null'],
  ['no format', JSON.stringify({ ...manifest, format: undefined })],
  ['format 0', JSON.stringify({ ...manifest, format: 0 })],
  ['half a format', JSON.stringify({ ...manifest, format: 1.5 })],
  ['a format that is text', JSON.stringify({ ...manifest, format: '1' })],
  ['an unknown kind', JSON.stringify({ ...manifest, kind: 'picture' })],
  ['no browser', JSON.stringify({ ...manifest, browser: 'Chrome' })],
  ['half a browser', JSON.stringify({ ...manifest, browser: { product: 'Chrome' } })],
  ['a fence below zero', JSON.stringify({ ...manifest, fence: -1 })],
  ['no time', JSON.stringify({ ...manifest, createdAt: '2026-11-23' })],
  ['an origin of two lines', JSON.stringify({ ...manifest, origin: 'https://a.example\nready' })],
  ['an own id that is not text', JSON.stringify({ ...manifest, me: 7 })],
])('refuses %s, and the error does not quote it', (_, text) => {
  const parse = () => parseManifest(text);
  expect(parse).toThrowError(expect.objectContaining({ code: 'bundle-damaged' }));
  expect(parse).not.toThrowError(/49151|2026-11/);
});

it('migrates an older manifest to the present format, step by step', () => {
  const steps: { readonly [format: number]: Migration } = {
    1: ({ phone }) => ({ me: phone }),
    2: (manifest) => ({ ...manifest, kind: 'profile' }),
  };
  expect(migrated({ format: 1, phone: '49' }, 3, steps)).toEqual({ format: 3, me: '49', kind: 'profile' });
  expect(migrated({ format: 2, me: '49' }, 3, steps)).toEqual({ format: 3, me: '49', kind: 'profile' });
  expect(migrated({ format: 3, me: '49' }, 3, steps)).toEqual({ format: 3, me: '49' });
});

it('refuses a format that never existed', () => {
  expect(() => migrated({ format: 1 }, 3, { 2: (manifest) => manifest })).toThrowError(
    expect.objectContaining({ code: 'bundle-damaged' }),
  );
});
