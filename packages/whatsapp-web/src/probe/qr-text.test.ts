import { describe, expect, it } from 'vitest';
import { parseQr } from './qr-text.js';

const key = `${'A'.repeat(43)}=`;
const plain = ['2@ref', key, key, key, '1'].join();

describe('parseQr', () => {
  it('accepts a code with the prefix and suffix of a build, and recognizes it as the same code', () => {
    for (const text of [
      plain,
      `https://wa.me/settings/linked_devices#${plain}`,
      `${plain},https://faq.whatsapp.com/r/ld`,
    ]) {
      expect(parseQr(text)).toEqual({ text, ref: '2@ref', fields: plain });
    }
  });

  it.each([
    ['no text', null],
    ['nothing', ''],
    ['four fields', ['2@ref', key, key, key].join()],
    ['no ref', ['', key, key, key, '1'].join()],
    ['no secret, as with link codes', ['2@ref', key, key, 'null', '1'].join()],
    ['an undefined ref and keys', 'undefined,undefined,undefined,undefined,1'],
  ])('returns undefined for %s', (_, text) => {
    expect(parseQr(text)).toBeUndefined();
  });
});
