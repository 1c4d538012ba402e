import { isWakeyError } from '@wakey/core';

/** What a check found. */
export interface Finding {
  /** Which check: stable, for programs. */
  readonly check: string;
  /** `bad`: something will not work, or not safely. `note`: worth knowing. */
  readonly is: 'good' | 'note' | 'bad';
  /** One sentence. Never a secret. */
  readonly what: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The session it is about; absent: the machine and what all sessions share. */
  readonly session?: string;
}

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
