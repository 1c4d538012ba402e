import { WakeyError } from '@wakey/core';
import type { Facts } from './facts.js';

/** What a document says of itself, whichever one it is. */
type Seen = Omit<Facts, 'document'>;

/** The document cannot be had, or not in time. */
export function unreachable(url: string, facts?: Seen, cause?: unknown): WakeyError {
  const status = facts?.status ?? 0;
  return new WakeyError('page-unreachable', {
    what: status >= 400 ? `${siteOf(url)} answered with HTTP ${status}.` : `${siteOf(url)} did not load in time.`,
    hint: 'Check the network, the proxy and the URL.',
    details: { site: siteOf(url), ...(status === 0 ? {} : { status }) },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether the page came without scripts that it cannot do without, and none is under way any more. */
export function lacksScripts({ kind, missing, isSettled, scripts }: Seen): boolean {
  return kind === 'whatsapp' && missing.length > 0 && isSettled && scripts.failed.length > 0;
}

/** The document is there, and scripts of it are not. */
export function scriptless(url: string, { scripts: { failed }, version }: Seen): WakeyError {
  const hosts = failed.join(', ');
  return new WakeyError('page-unreachable', {
    what: `${siteOf(url)} answered, but its scripts from ${hosts} did not load.`,
    hint: 'Check whether the network or the proxy keeps this host away.',
    details: { site: siteOf(url), hosts, ...(version === undefined ? {} : { version }) },
  });
}

/** Some other page is there. */
export function notOurPage(url: string, facts?: Seen): WakeyError {
  if (facts === undefined || facts.status >= 400) return unreachable(url, facts);
  return new WakeyError('page-foreign', {
    what: `The page at ${siteOf(url)} is not WhatsApp Web.`,
    hint: 'Check the URL, and whether a proxy or a login portal answers in its place.',
    details: { site: siteOf(url) },
  });
}

/** Scheme and host: the rest of an address may hold secrets. */
function siteOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null || parsed.origin === 'null' ? 'the page' : parsed.origin;
}
