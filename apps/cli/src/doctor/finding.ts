import { isWakeyError } from '@wakey/core';
import type { FindingJson } from '@wakey/wire';

/** What a check found. Without a session: the finding is about the machine, or about what all sessions share. */
export type Finding = Omit<FindingJson, 'event'>;

/** A check found nothing wrong. */
export function good(check: string, what: string): Finding {
  return { check, is: 'good', what };
}

/** The finding of a check that found no fault but a fact that the user should know. */
export function note(check: string, what: string, hint?: string): Finding {
  return { check, is: 'note', what, ...(hint === undefined ? {} : { hint }) };
}

/** The finding of a check that found a fault, which `hint` says how to repair. */
export function bad(check: string, what: string, hint: string): Finding {
  return { check, is: 'bad', what, hint };
}

/** The finding for an error, in the words with which a command would end. */
export function badOf(check: string, error: unknown): Finding {
  if (!(error instanceof Error)) throw error;
  return isWakeyError(error) ? bad(check, error.what, error.hint) : { check, is: 'bad', what: error.message };
}
