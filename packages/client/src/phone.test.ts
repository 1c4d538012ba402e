import { describe, expect, it } from 'vitest';
import { parsePhone, phoneDoubt } from './phone.js';

describe('a phone number', () => {
  it.each([
    ['447700900000', '447700900000'],
    ['15551234567', '15551234567'],
    ['+44 7700 900000', '447700900000'],
    ['+1 (555) 123-4567', '15551234567'],
    ['(+44) 7700 900000', '447700900000'],
    [' 4915112345678 ', '4915112345678'],
    ['\u202a+44 7700 900000\u202c', '447700900000'],
    ['\u200e\ufeff+44\u200b7700\u00ad900000\u2069', '447700900000'],
    ['+44\u00a07700\u2009900\u202f000', '447700900000'],
    ['+1\u2011555\u2010123\u20134567', '15551234567'],
    ['+1\u2212555\u2212123\uff0d4567', '15551234567'],
    ['\uff0b\uff14\uff14\u30007700900000', '447700900000'],
  ])('in international format is accepted: %j', (text, digits) => {
    expect(parsePhone(text)).toBe(digits);
  });

  it.each(
    Intl.supportedValuesOf('numberingSystem').flatMap((numberingSystem) => {
      const text = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(447700912345);
      return /^\p{Nd}+$/u.test(text) ? [[numberingSystem, text] as const] : [];
    }),
  )('in the digits of another script is accepted: %s', (_, text) => {
    expect(parsePhone(`+${text}`)).toBe('447700912345');
  });

  it.each([
    ['Mexico, with the 1 of former mobile numbers', '5215512345678'],
    ['Ivory Coast, before its numbers grew', '22501234567'],
    ['Benin, before its numbers grew', '22997123456'],
    ['Brazil, without the ninth digit', '551187654321'],
    ['Argentina, without the 9', '541112345678'],
    ['a country code that no country has', '999123456789'],
    ['the shortest', '2901234'],
    ['the longest', '882161234567890'],
  ])('that is in use is accepted, even if the present numbering plan does not contain it: %s', (_, digits) => {
    expect(parsePhone(digits)).toBe(digits);
  });

  it.each([
    ['07700 900000', 'country code is missing'],
    ['00447700900000', 'begins with 00'],
    ['44', 'too short'],
    ['123456', 'too short'],
    ['4477009000001234', 'too long'],
    ['+44 7700 9000x0', 'digits'],
    ['', 'digits'],
    ['+', 'digits'],
    ['+44 (0)20 7946 0000', 'it contains (0)'],
    ['+44 (0) 20 7946 0000', 'it contains (0)'],
    ['447700900000+447700900001', 'a + after its beginning'],
    ['++447700900000', 'a + after its beginning'],
    ['+44 ½700 900000', 'digits'],
    ['+四四七七〇〇九〇〇〇〇〇', 'digits'],
    ['٠٧٧٠٠٩٠٠٠٠٠', 'country code is missing'],
  ])('of another shape is refused with the reason: %j', (text, why) => {
    expect(() => parsePhone(text)).toThrow(why);
  });

  it('does not appear in the error', () => {
    for (const text of ['07700900123', '44770090012345678', '+44 (0)7700900123']) {
      let message = '';
      try {
        parsePhone(text);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('WakeyError');
      expect(message).not.toContain('900123');
    }
  });
});

describe('a doubt about a phone number', () => {
  it.each(['447700900000', '15551234567', '525512345678'])(
    'is none if the numbering plan contains the number: %s',
    (digits) => {
      expect(phoneDoubt(digits)).toBeUndefined();
    },
  );

  it.each([
    ['5215512345678', 'today'],
    ['22501234567', 'today'],
    ['999123456789', 'country code'],
    ['4477009', 'today'],
  ])('says why the numbering plan does not contain the number: %s', (digits, why) => {
    expect(phoneDoubt(digits)).toContain(why);
  });
});
