import { WakeyError } from '@wakey/core';
import { parsePhoneNumberWithError } from 'libphonenumber-js/min';

/**
 * The digits of a phone number in international format, as WhatsApp accepts them: `447700900000`. Accepts a leading
 * `+`, the usual separators, the decimal digits of every script, and characters that copying adds: invisible marks,
 * Unicode hyphens and spaces. Throws `invalid-phone-number` with the reason if the text does not have the shape of an
 * international number. The error does not contain the number.
 */
export function parsePhone(text: string): string {
  const bare = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Zs}\s]/gu, '')
    .replace(/[\p{Pd}\u2212.]/gu, '')
    .replace(/\p{Nd}/gu, digitOf);
  if (/\(0+\)/.test(bare)) {
    throw refused(
      'it contains (0): leave that out, except for Italy and San Marino, whose numbers keep it as a plain 0',
    );
  }
  const digits = bare.replace(/^\(?\+/, '').replace(/[()]/g, '');
  if (digits.includes('+')) throw refused('it contains a + after its beginning: give one number');
  if (!/^\d+$/.test(digits)) throw refused('it contains something other than digits');
  if (digits.startsWith('00')) throw refused('it begins with 00: leave that out, and begin with the country code');
  if (digits.startsWith('0')) throw refused('it begins with 0, as national numbers do: the country code is missing');
  if (digits.length < SHORTEST) throw refused(`it is too short: it has ${digits.length} digits, at least 7 are needed`);
  if (digits.length > LONGEST) throw refused(`it is too long: it has ${digits.length} digits, at most 15 are allowed`);
  return digits;
}

/** The ASCII digit for a digit of any script. Unicode encodes the ten digits of a script in a row, from 0 to 9. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/**
 * Why the present numbering plan does not contain the number, as half a sentence; `undefined` if the plan contains it.
 * Wakey warns of such a number but accepts it: plans change, and accounts keep the ids of former plans, such as
 * 5215512345678 (Mexico) or 22501234567 (Ivory Coast).
 */
export function phoneDoubt(digits: string): string | undefined {
  try {
    if (parsePhoneNumberWithError(`+${digits}`).isPossible()) return undefined;
    return 'numbers of its country do not have that length today';
  } catch (error) {
    return doubts.get(error instanceof Error ? error.message : '') ?? 'no numbering plan contains such a number';
  }
}

/** The error codes of libphonenumber-js. */
const doubts: ReadonlyMap<string, string> = new Map([
  ['INVALID_COUNTRY', 'no country has its first digits as country code today'],
  ['TOO_SHORT', 'it is shorter than the numbers of its country are today'],
  ['TOO_LONG', 'it is longer than the numbers of its country are today'],
]);

/** `LONGEST` is the limit of E.164. `SHORTEST` is one digit less than the shortest number known to be in use. */
const LONGEST = 15;
const SHORTEST = 7;

function refused(why: string): WakeyError {
  return new WakeyError('invalid-phone-number', {
    what: `This is not a phone number in international format: ${why}.`,
    hint: 'Give country code and number, such as 447700900000 (UK) or 15551234567 (US).',
  });
}
