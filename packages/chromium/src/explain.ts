import type { WakeyError } from '@wakey/core';
import { type Calls, callFailed, openCalls } from '@wakey/host';
import { pageNavigated } from './page/errors.js';

/** Creates the calls of one page or browser that a library drives. */
export function openLibraryCalls(): Calls {
  return openCalls({ explain });
}

/** Whether the library's error means that the connection or the target of a call is gone. */
export function isDisconnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ['TargetCloseError', 'ConnectionClosedError'].includes(error.name) || GONE.test(error.message);
}

/** The messages with which the libraries report it. The browser also reports a crash itself. */
const GONE = /session closed|browser has been closed|(target|browser|page) (closed|crashed)/i;

function explain(what: string, error: unknown): WakeyError | undefined {
  // A closed connection does not state the reason. The owner of the connection knows it and ends the calls in a moment.
  if (isDisconnection(error)) return undefined;
  if (error instanceof Error && /Not attached to an active page/.test(error.message)) return pageNavigated();
  return callFailed(what, error);
}
