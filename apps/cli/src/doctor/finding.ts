import { isWakeyError } from '@wakey/core';
import type { FindingJson } from '@wakey/wire';

/** What a check found. Without a session: the finding is about the machine, or about what all sessions share. */
export type Finding = Omit<FindingJson, 'event'>;

/** A check found nothing wrong. */
export function good(check: string, what: string): Finding {
  return { check, is: 'good', what };
}

/** A check found something worth knowing. */
export function note(check: string, what: string, hint?: string): Finding {
  return { check, is: 'note', what, ...(hint === undefined ? {} : { hint }) };
}

/** A check found something to mend. */
export function bad(check: string, what: string, hint: string): Finding {
  return { check, is: 'bad', what, hint };
}

/** The finding for an error, in the words with which a command would end. */
export function badOf(check: string, error: unknown): Finding {
  if (!(error instanceof Error)) throw error;
  return isWakeyError(error) ? bad(check, error.what, error.hint) : { check, is: 'bad', what: error.message };
}
