import { WakeyError } from '@wakey/core';

/** The error for a caller's mistake. */
export function invalidArgument(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
