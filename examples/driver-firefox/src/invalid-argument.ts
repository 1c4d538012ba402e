import { WakeyError } from '@wakey/core';

/** A caller's mistake. */
export function invalidArgument(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
