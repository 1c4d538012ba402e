import { type BinaryVersion, plainUserAgent } from '@wakey/browser-process';
import type { BrowserOptions } from '@wakey/core';
import type { Protocol } from 'devtools-protocol';

/** What the browser reports about itself over the protocol. */
export interface BrowserSelf {
  readonly product: string;
  readonly version: string;
  readonly userAgent: string;
}

/** Parses the browser's name and version; headless is a mode, not another product. */
export function parseVersion({ product, userAgent }: Protocol.Browser.GetVersionResponse): BrowserSelf {
  const [name = product, version = ''] = product.split('/');
  return { product: name.replace(/^Headless/, ''), version, userAgent };
}

/**
 * Returns the user agent for the command line, the only way to reach service and shared workers: the caller's, or in
 * headless mode that of the same browser with a window.
 */
export function commandLineUserAgent(
  { userAgent, headless = true }: BrowserOptions,
  binary: BinaryVersion | undefined,
): string | undefined {
  if (userAgent !== undefined || !headless || binary === undefined) return userAgent;
  return plainUserAgent(binary.version);
}

/**
 * Returns the user agent and client hints that a page and its workers must show; undefined if they show the right ones
 * by themselves.
 */
export function disguise(
  self: BrowserSelf,
  { userAgent, headless = true }: BrowserOptions,
  binary: BinaryVersion | undefined,
): Protocol.Emulation.SetUserAgentOverrideRequest | undefined {
  const isMarked = self.userAgent.includes('Headless');
  if (userAgent === undefined && !headless && !isMarked) return undefined;
  const shown = userAgent ?? self.userAgent.replace(/Headless(Chrome\/\d+)[\d.]*/, '$1.0.0.0');
  const version = userAgent === undefined ? self.version : (/Chrome\/([\d.]+)/.exec(userAgent)?.[1] ?? '');
  const brand = userAgent === undefined && binary?.name === 'Google Chrome' ? [binary.name] : [];
  return { userAgent: shown, userAgentMetadata: hints(shown, version, brand) };
}

/** Returns the client hints of a Chromium, without versions if the user agent is another browser's. */
function hints(userAgent: string, version: string, brand: readonly string[]): Protocol.Emulation.UserAgentMetadata {
  const seed = Number(version.split('.')[0]);
  const isChromium = version !== '';
  return {
    brands: isChromium ? brands(seed, brand, String(seed), (grease) => grease) : [],
    fullVersionList: isChromium ? brands(seed, brand, version, (grease) => `${grease}.0.0.0`) : [],
    ...platform(userAgent),
    architecture: /^arm/.test(process.arch) ? 'arm' : 'x86',
    bitness: '64',
    model: '',
    formFactors: ['Desktop'],
    mobile: false,
    wow64: false,
  };
}

/**
 * Follows Chromium's rule (GREASE): the version determines the order of the brands and the invented brand among them.
 */
function brands(seed: number, brand: readonly string[], version: string, full: (grease: string) => string) {
  const odd = (offset: number) => ODD[(seed + offset) % ODD.length] ?? ' ';
  const grease = { brand: `Not${odd(0)}A${odd(1)}Brand`, version: full(GREASED[seed % GREASED.length] ?? '8') };
  const list = [grease, ...['Chromium', ...brand].map((name) => ({ brand: name, version }))];
  const orders = list.length === 2 ? ORDERS_OF_TWO : ORDERS_OF_THREE;
  const order = orders[seed % orders.length] ?? [];
  return list.map((_, place) => list[order.indexOf(place)] ?? grease);
}

const ODD = [' ', '(', ':', '-', '.', '/', ')', ';', '=', '?', '_'];
const GREASED = ['8', '99', '24'];
const ORDERS_OF_TWO = [
  [0, 1],
  [1, 0],
];
const ORDERS_OF_THREE = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

function platform(userAgent: string): { readonly platform: string; readonly platformVersion: string } {
  if (userAgent.includes('Windows')) return { platform: 'Windows', platformVersion: '10.0.0' };
  if (userAgent.includes('Macintosh')) return { platform: 'macOS', platformVersion: '14.0.0' };
  return { platform: 'Linux', platformVersion: '' };
}
