import { describe, expect, it } from 'vitest';
import { formatQr, parseQr } from './qr-text.ts';

const key = `${'A'.repeat(43)}=`;
const fields = { ref: '2@abc', noiseKey: key, identityKey: key, advSecret: key, platform: '1' };

describe('the text of a QR code', () => {
  it.each(['plain', 'prefix', 'suffix'] as const)('parses back to its fields in the %s form', (form) => {
    expect(parseQr(formatQr(fields, form))).toEqual(fields);
  });

  it.each([
    ['hello', 'not a WhatsApp Web code'],
    [`2@abc,${key},${key},${key}`, 'four fields'],
    [`${formatQr(fields)},x`, '6 fields'],
    [`undefined,${key},${key},${key},1`, 'ref, is empty'],
    [`2@abc,${key},short,${key},1`, 'identityKey'],
    [`2@abc,${key},${key},null,1`, 'advSecret'],
    [`2@abc,${key},${key},${key},chrome`, 'platform'],
  ])('is refused if it is %j', (text, why) => {
    expect(parseQr(text)).toEqual({ wrong: expect.stringContaining(why) });
  });
});
