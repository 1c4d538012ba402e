import { WakeyError } from '@wakey/core';

/** Creates the error for an address whose document could not be loaded. */
export function pageUnreachable(url: string, why: string): WakeyError {
  return new WakeyError('page-unreachable', {
    what: `The page ${shownUrl(url)} could not be loaded: ${why}.`,
    hint: 'Check the address, the network and the proxy.',
    details: { why },
  });
}

/** Creates the error for a document that was replaced during a call. */
export function pageNavigated(): WakeyError {
  return new WakeyError('page-navigated', {
    what: 'The page navigated to another document during the call.',
    hint: 'Repeat the call for the new document.',
  });
}

/** Creates the error for a wrong argument. */
export function invalidArgument(what: string, hint: string, cause?: unknown): WakeyError {
  return new WakeyError('invalid-argument', { what, hint, cause });
}

/** Returns an address without the parts that may be secret: credentials, query and fragment. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'with an invalid address';
  return parsed.host === '' ? `${parsed.protocol}…` : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
