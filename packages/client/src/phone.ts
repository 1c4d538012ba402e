import { WakeyError } from '@wakey/core';
import { parsePhoneNumberWithError } from 'libphonenumber-js/min';

/**
 * The digits of a phone number in international format, as WhatsApp takes them: `447700900000`. Understands a leading `+`
 * and the usual separators. Throws `invalid-phone-number`, saying why, for a national number and for one that cannot
 * exist. The number itself is not in the error.
 */
export function parsePhone(text: string): string {
  const digits = text
    .trim()
    .replace(/^\+/, '')
    .replace(/[\s().-]/g, '');
  if (!/^\d+$/.test(digits)) throw refused('it holds something else than digits');
  if (digits.startsWith('00')) throw refused('it begins with 00: leave that out, and begin with the country code');
  if (digits.startsWith('0')) throw refused('it begins with 0, as national numbers do: the country code is missing');
  try {
    // Numbering plans move faster than any table of them: a possible number is let through, an impossible one is not.
    if (parsePhoneNumberWithError(`+${digits}`).isPossible()) return digits;
  } catch (error) {
    throw refused(whyOf(error));
  }
  throw refused('no number of its country has that length');
}

function refused(why: string): WakeyError {
  return new WakeyError('invalid-phone-number', {
    what: `This is not a phone number in international format: ${why}.`,
    todo: 'Give country code and number, such as 447700900000 (UK) or 15551234567 (US).',
  });
}

/** The library's own codes. */
function whyOf(error: unknown): string {
  const code = error instanceof Error ? error.message : '';
  if (code === 'INVALID_COUNTRY') return 'no country has its first digits as country code';
  if (code === 'TOO_SHORT') return 'it is too short';
  if (code === 'TOO_LONG') return 'it is too long';
  return 'it cannot exist';
}
