import { WakeyError } from '@wakey/core';
import { isLine } from '@wakey/host';

/** The most characters of a program's name, which messages and the lease of the session contain. */
const MOST = 200;

/** Checks the name of the program that holds a session. Throws `invalid-argument`. */
export function parseProgram(given = 'wakey'): string {
  if (isLine(given, MOST)) return given;
  throw new WakeyError('invalid-argument', {
    what: `The option "program" must be one line of 1 to ${MOST} characters without control characters.`,
    hint: 'Give a short name, such as "support bot".',
  });
}
