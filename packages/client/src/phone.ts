import { WakeyError } from '@wakey/core';
import { parsePhoneNumberWithError } from 'libphonenumber-js/min';

/**
 * The digits of a phone number in international format, as WhatsApp takes them: `447700900000`. Understands a leading `+`, the
 * usual separators, the decimal digits of every script, and what copying adds: invisible marks, Unicode hyphens and spaces. Throws
 * `invalid-phone-number`, saying why, for what cannot be an international number by its shape. The number itself is not in
 * the error.
 */
export function parsePhone(text: string): string {
  const bare = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Zs}\s]/gu, '')
    .replace(/[\p{Pd}\u2212.]/gu, '')
    .replace(/\p{Nd}/gu, digitOf);
  if (/\(0+\)/.test(bare)) {
    throw refused('it holds (0): leave that out, except for Italy and San Marino, whose numbers keep it as a plain 0');
  }
  const digits = bare.replace(/^\(?\+/, '').replace(/[()]/g, '');
  if (digits.includes('+')) throw refused('it holds a + after its beginning: give one number');
  if (!/^\d+$/.test(digits)) throw refused('it holds something else than digits');
  if (digits.startsWith('00')) throw refused('it begins with 00: leave that out, and begin with the country code');
  if (digits.startsWith('0')) throw refused('it begins with 0, as national numbers do: the country code is missing');
  if (digits.length < SHORTEST) throw refused(`it is too short: it has ${digits.length} digits, at least 7 are needed`);
  if (digits.length > LONGEST) throw refused(`it is too long: it has ${digits.length} digits, 15 are the most`);
  return digits;
}

/** A digit of any script as one of ASCII. Unicode encodes the ten digits of a script in a row, from 0 to 9. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/**
 * Why the present numbering plan knows no such number, as half a sentence; `undefined` where it does. No reason to refuse it:
 * plans change, and accounts keep the ids of former plans, such as 5215512345678 (Mexico) or 22501234567 (Ivory Coast).
 */
export function phoneDoubt(digits: string): string | undefined {
  try {
    if (parsePhoneNumberWithError(`+${digits}`).isPossible()) return undefined;
    return 'no number of its country has that length today';
  } catch (error) {
    return doubts.get(error instanceof Error ? error.message : '') ?? 'no numbering plan knows such a number';
  }
}

/** The library's own codes. */
const doubts: ReadonlyMap<string, string> = new Map([
  ['INVALID_COUNTRY', 'no country has its first digits as country code today'],
  ['TOO_SHORT', 'it is shorter than the numbers of its country are today'],
  ['TOO_LONG', 'it is longer than the numbers of its country are today'],
]);

/** The most that E.164 allows, and one digit less than the shortest known to be in use. */
const LONGEST = 15;
const SHORTEST = 7;

function refused(why: string): WakeyError {
  return new WakeyError('invalid-phone-number', {
    what: `This is not a phone number in international format: ${why}.`,
    hint: 'Give country code and number, such as 447700900000 (UK) or 15551234567 (US).',
  });
}
