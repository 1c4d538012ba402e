import type { CDPSession, Protocol } from 'puppeteer-core';

/** What the browser says of itself. */
export interface BrowserSelf {
  readonly product: string;
  readonly version: string;
  readonly userAgent: string;
}

/** Reads the browser's name and version; the headless mark is a mode, not another product. */
export function parseVersion({ product, userAgent }: Protocol.Browser.GetVersionResponse): BrowserSelf {
  const [name = product, version = ''] = product.split('/');
  return { product: name.replace(/^Headless/, ''), version, userAgent };
}

/** The user agent of the same browser with a window: no mark, and the version as coarse as Chrome shows it. */
export function withoutHeadlessMark(userAgent: string): string {
  return userAgent.replace(/Headless(Chrome\/\d+)[\d.]*/, '$1.0.0.0');
}

/** Gives the page the user agent and, unless it is the caller's own, the client hints that belong to it. */
export async function disguise(session: CDPSession, self: BrowserSelf, userAgent: string | undefined): Promise<void> {
  const shown = userAgent ?? withoutHeadlessMark(self.userAgent);
  if (shown === self.userAgent) return;
  await session.send('Emulation.setUserAgentOverride', {
    userAgent: shown,
    ...(userAgent === undefined ? { userAgentMetadata: hints(self) } : {}),
  });
}

/** The client hints of a Chromium of this version, with the made-up brand that Chromium itself would add. */
function hints({ version, userAgent }: BrowserSelf): Protocol.Emulation.UserAgentMetadata {
  const major = version.split('.')[0] ?? '';
  return {
    brands: brands(Number(major), major, (grease) => grease),
    fullVersionList: brands(Number(major), version, (grease) => `${grease}.0.0.0`),
    ...platform(userAgent),
    architecture: /aarch64|arm/i.test(process.arch) ? 'arm' : 'x86',
    bitness: '64',
    model: '',
    mobile: false,
    wow64: false,
  };
}

/** Chromium's own rule (GREASE): the order and the odd characters follow from the version. */
function brands(
  seed: number,
  version: string,
  full: (grease: string) => string,
): Protocol.Emulation.UserAgentBrandVersion[] {
  const odd = (offset: number) => ODD[(seed + offset) % ODD.length] ?? ' ';
  const grease = { brand: `Not${odd(0)}A${odd(1)}Brand`, version: full(GREASED[seed % GREASED.length] ?? '8') };
  const chromium = { brand: 'Chromium', version };
  return seed % 2 === 0 ? [grease, chromium] : [chromium, grease];
}

const ODD = [' ', '(', ':', '-', '.', '/', ')', ';', '=', '?', '_'];
const GREASED = ['8', '99', '24'];

function platform(userAgent: string): { readonly platform: string; readonly platformVersion: string } {
  if (userAgent.includes('Windows')) return { platform: 'Windows', platformVersion: '10.0.0' };
  if (userAgent.includes('Macintosh')) return { platform: 'macOS', platformVersion: '14.0.0' };
  return { platform: 'Linux', platformVersion: '' };
}
