import { stripVTControlCharacters } from 'node:util';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { photograph } from './photo.js';
import { pngOf } from './png.js';
import { drawQr } from './qr.js';

/** A text as long as WhatsApp's codes: a ref, three keys of 44 characters, and a platform. */
const payload = `2@${'aB3/'.repeat(24)},${`${'k9+Z'.repeat(10)}uU8=,`.repeat(3)}1`;

// The package is CommonJS, and its types name a default export. For Node, the default is the whole module.
const read = (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as unknown as typeof jsqr.default);

function scan(written: string): string | undefined {
  const picture = photograph(written);
  if (picture === undefined) return undefined;
  const { data, width, height } = PNG.sync.read(Buffer.from(pngOf(picture)));
  return read(new Uint8ClampedArray(data), width, height)?.data;
}

describe.each([{ colours: true }, { colours: false }])('a QR code drawn with $colours', (style) => {
  it('reads back as the text from which it was drawn, with text around it and other codes above', () => {
    const older = drawQr('an older code that has lapsed', style);
    const code = drawQr(payload, style).map((line) => `  ${line}`);
    const written = ['12:00:01 awaiting-qr', ...older, '', 'Scan this', ...code, '', 'code 2 of 6'].join('\n');
    expect(payload.length).toBeGreaterThan(230);
    expect(scan(written)).toBe(payload);
  });

  it('leaves room for its countdown on a terminal of 80 × 40', () => {
    const lines = drawQr(payload, style);
    expect(lines.length).toBeLessThanOrEqual(31);
    // Colours take no room.
    const widths = lines.map((line) => stripVTControlCharacters(line).length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(76);
  });
});

it('finds no code on a screen without a code', () => {
  expect(photograph('12:00:01 starting\n  ▄▄▄\n')).toBeUndefined();
});
