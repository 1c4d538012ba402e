import { isWakeyError } from '@wakey/core';
import type { FindingJson } from '@wakey/wire';

/** What a check found. Without a session: the finding is about the machine, or about what all sessions share. */
export type Finding = Omit<FindingJson, 'event'>;

/** All is well with it. */
export function good(check: string, what: string): Finding {
  return { check, is: 'good', what };
}

/** Something to know, and perhaps to do. */
export function note(check: string, what: string, hint?: string): Finding {
  return { check, is: 'note', what, ...(hint === undefined ? {} : { hint }) };
}

/** Something to do. */
export function bad(check: string, what: string, hint: string): Finding {
  return { check, is: 'bad', what, hint };
}

/** What was thrown, in the words that a command would end with. */
export function badOf(check: string, error: unknown): Finding {
  if (!(error instanceof Error)) throw error;
  return isWakeyError(error) ? bad(check, error.what, error.hint) : { check, is: 'bad', what: error.message };
}
