import { type CallOptions, type ErrorCode, parseSessionId, WakeyError } from '@wakey/core';
import { isNatural } from '@wakey/host';
import { asCall, type Call } from './call.js';
import type { Shelf } from './shelf.js';
import { type StoreRoot, shelfOf } from './store-root.js';
import { storeTrouble } from './trouble.js';

/** Runs a call on the shelf of a session. Throws `invalid-session-id`; any other trouble gets the code `code`. */
export function onShelf<T>(
  root: StoreRoot,
  id: string,
  options: CallOptions,
  code: ErrorCode,
  verb: string,
  run: (shelf: Shelf, call: Call) => Promise<T>,
): Promise<T> {
  const doing = `${verb} session ${JSON.stringify(id)}`;
  return calling(root, options, code, doing, (call) => run(shelfOf(root, parseSessionId(id)), call));
}

/** Runs a call. Its trouble, if it is not a WakeyError already, gets the code `code` and names what the store was doing. */
export async function calling<T>(
  root: StoreRoot,
  options: CallOptions,
  code: ErrorCode,
  doing: string,
  run: (call: Call) => Promise<T>,
): Promise<T> {
  try {
    return await asCall(options, run);
  } catch (error) {
    throw storeTrouble(code, doing, root.directory, error);
  }
}

/** Throws `invalid-argument`. */
export function checkFence(fence: number): void {
  if (!isNatural(fence)) throw invalid('A fence is a whole number, 0 or greater.');
}

/** The error for an argument that no store accepts. */
export function invalid(what: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint: 'Nothing was changed.' });
}
