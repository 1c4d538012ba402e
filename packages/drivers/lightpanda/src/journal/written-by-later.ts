import { WakeyError } from '@wakey/core';
import type { LaterFormat } from './entry.js';

/** The error of a journal that this Wakey cannot read, and does not touch. */
export function writtenByLater(profileDir: string, cause: LaterFormat): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `A later version of Wakey wrote the journal in '${profileDir}': ${cause.message}.`,
    hint: 'Login kept. Use that version of Wakey; nothing was changed.',
    cause,
  });
}
