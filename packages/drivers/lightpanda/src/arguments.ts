import type { BrowserOptions } from '@wakey/core';
import { isAtLeast } from './binary-version.js';

/**
 * The arguments of Lightpanda's command line. Lightpanda exits at once on an argument that its version does not know.
 * Every version since 0.4.1 knows the arguments here, except for those that depend on `version`. `cache`: a directory for files from
 * the network.
 */
export function lightpandaArguments(
  { args = [], ignoreCertificateErrors = false, proxy }: BrowserOptions,
  version: string | undefined,
  cache?: string,
): readonly string[] {
  return [
    ...['serve', '--host', '127.0.0.1', '--port', '0'],
    ...['--log-format', 'logfmt'],
    // Lightpanda closes the connection on a message above its limit, 1 MiB by default. The scripts injected into
    // WhatsApp's page are larger.
    ...['--cdp-max-message-size', String(LARGEST_MESSAGE)],
    // Turn off the watchdog: when a page computes for 30 s, it would close the whole connection, and all data of the
    // page with it. Each call has its own deadline.
    ...['--watchdog-ms', '0'],
    // No time limit for a transfer: by default Lightpanda closes every WebSocket of the page after 15 s, busy or not.
    ...['--http-timeout', '0'],
    // By default 6 connections to one host, WebSockets included. Further ones wait, and every request with them.
    ...['--http-max-host-open', '64', '--ws-max-concurrent', '64'],
    // The page's `caches` belong to this feature.
    ...(isAtLeast(version, '1.0.0') ? ['--experimental-features', 'serviceworker'] : []),
    ...(cache === undefined ? [] : ['--http-cache-dir', cache]),
    // Of all ways to name a proxy, only this one carries the page's WebSockets too. The proxy looks the names up.
    ...(proxy === undefined ? [] : ['--http-proxy', `socks5h://${new URL(proxy.server).host}`]),
    ...(ignoreCertificateErrors ? ['--insecure-disable-tls-host-verification'] : []),
    ...args,
  ];
}

/** The largest message that a started Lightpanda accepts, in bytes. */
export function largestMessage({ args = [] }: Pick<BrowserOptions, 'args'>): number {
  const given = args.lastIndexOf('--cdp-max-message-size');
  return given === -1 ? LARGEST_MESSAGE : Number(args[given + 1] ?? LARGEST_MESSAGE);
}

const LARGEST_MESSAGE = 128 * 1024 * 1024;
