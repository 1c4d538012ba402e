import { WakeyError } from '@wakey/core';

/** A caller's mistake. */
export function invalidArgument(what: string, todo: string): WakeyError {
  return new WakeyError('invalid-argument', { what, todo });
}
