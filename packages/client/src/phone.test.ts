import { describe, expect, it } from 'vitest';
import { parsePhone } from './phone.js';

describe('a phone number', () => {
  it.each([
    ['447700900000', '447700900000'],
    ['15551234567', '15551234567'],
    ['+44 7700 900000', '447700900000'],
    ['+1 (555) 123-4567', '15551234567'],
    [' 4915112345678 ', '4915112345678'],
  ])('in international format is understood: %s', (text, digits) => {
    expect(parsePhone(text)).toBe(digits);
  });

  it.each([
    ['07700 900000', 'country code is missing'],
    ['00447700900000', 'begins with 00'],
    ['44', 'too short'],
    ['44770090000012345', 'length'],
    ['447700900000123456789', 'too long'],
    ['4477009', 'length'],
    ['999123456789', 'country'],
    ['+44 7700 9000x0', 'digits'],
    ['', 'digits'],
  ])('that is national or impossible is refused with the reason: %s', (text, why) => {
    expect(() => parsePhone(text)).toThrow(why);
  });

  it('is not repeated in the error', () => {
    for (const text of ['07700900123', '44770090012345678']) {
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
