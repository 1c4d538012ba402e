import { WakeyError } from '@wakey/core';

/** The document of an address cannot be had. */
export function pageUnreachable(url: string, why: string): WakeyError {
  return new WakeyError('page-unreachable', {
    what: `The page ${shownUrl(url)} could not be had: ${why}.`,
    hint: 'Check the address, the network and the proxy.',
    details: { why },
  });
}

/** The document went away under a call. */
export function pageNavigated(): WakeyError {
  return new WakeyError('page-navigated', {
    what: 'The document went away under the call.',
    hint: 'Call again, for the document that took its place.',
  });
}

/** A caller's mistake. */
export function invalidArgument(what: string, hint: string, cause?: unknown): WakeyError {
  return new WakeyError('invalid-argument', { what, hint, cause });
}

/** An address without what may be secret in it: credentials, query, fragment. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'with an unreadable address';
  return parsed.host === '' ? `${parsed.protocol}…` : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
