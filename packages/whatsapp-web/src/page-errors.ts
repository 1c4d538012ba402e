import { WakeyError } from '@wakey/core';
import type { Facts } from './facts.js';

/** The facts of a document that has no number yet. */
type Seen = Omit<Facts, 'document'>;

/** The document did not load, or not in time. */
export function unreachable(url: string, facts?: Seen, cause?: unknown): WakeyError {
  const status = facts?.status ?? 0;
  return new WakeyError('page-unreachable', {
    what: status >= 400 ? `${siteOf(url)} answered with HTTP ${status}.` : `${siteOf(url)} did not load in time.`,
    hint: 'Check the network, the proxy and the URL of the page.',
    details: { site: siteOf(url), ...(status === 0 ? {} : { status }) },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether the page lacks parts because scripts failed to load, and no script is still loading. */
export function lacksScripts({ kind, missing, isSettled, scripts }: Seen): boolean {
  return kind === 'whatsapp' && missing.length > 0 && isSettled && scripts.failed.length > 0;
}

/** The document loaded, but some of its scripts did not. */
export function scriptless(url: string, { scripts: { failed }, version }: Seen): WakeyError {
  const hosts = failed.join(', ');
  return new WakeyError('page-unreachable', {
    what: `${siteOf(url)} answered, but its scripts from ${hosts} did not load.`,
    hint: 'Check whether the network or the proxy blocks this host.',
    details: { site: siteOf(url), hosts, ...(version === undefined ? {} : { version }) },
  });
}

/** Another page than WhatsApp Web loaded. */
export function notOurPage(url: string, facts?: Seen): WakeyError {
  if (facts === undefined || facts.status >= 400) return unreachable(url, facts);
  return new WakeyError('page-foreign', {
    what: `The page at ${siteOf(url)} is not WhatsApp Web.`,
    hint: 'Check the URL, and whether a proxy or a login portal of the network answers instead of WhatsApp Web.',
    details: { site: siteOf(url) },
  });
}

/** WhatsApp Web answers, and says that it does not take this browser. It decides by the browser's user agent. */
export function refusedBrowser({ userAgent, origin }: Pick<Seen, 'userAgent' | 'origin'>): WakeyError {
  const name = userAgent === undefined ? '' : ` “${userAgent}”`;
  return new WakeyError('browser-unsuitable', {
    what: `WhatsApp Web does not take this browser’s name${name}, and shows no code to it.`,
    hint: 'Use Chrome or Chromium under its own name: leave out the option `userAgent`, and choose another driver than Lightpanda’s.',
    details: { site: siteOf(origin), ...(userAgent === undefined ? {} : { userAgent }) },
  });
}

/** Returns scheme and host only, because the rest of an address may contain secrets. */
function siteOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null || parsed.origin === 'null' ? 'the page' : parsed.origin;
}
