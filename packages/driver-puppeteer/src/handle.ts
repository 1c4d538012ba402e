import type { BinaryVersion } from '@wakey/browser-process';
import { type BrowserHandle, type BrowserOptions, WakeyError } from '@wakey/core';
import type { Browser, Page } from 'puppeteer-core';
import type { Fate } from './fate.js';
import { openPageHandle } from './page/page-handle.js';
import { authenticateProxy } from './proxy.js';
import { disguise, parseVersion } from './user-agent.js';

/** The error of everything that is called on a browser that is gone. */
export function browserLost(how: string, detail?: string): WakeyError {
  return new WakeyError('browser-lost', {
    what: `The browser is gone: ${how}.${detail === undefined ? '' : ` The end of its stderr: ${detail}`}`,
    todo: 'Start it again on the same profile.',
  });
}

/** What every handle has, whoever runs the browser. */
export async function openHandle(
  browser: Browser,
  page: Page,
  fate: Fate,
  options: BrowserOptions,
  binary?: BinaryVersion,
): Promise<Pick<BrowserHandle<Page>, 'page' | 'version'>> {
  const root = await browser.target().createCDPSession();
  const self = parseVersion(await root.send('Browser.getVersion'));
  const session = await page.createCDPSession();
  await disguise(session, self, options, binary);
  await authenticateProxy(session, options.proxy);
  const handle = await openPageHandle(page, session, fate);
  return { page: handle, version: { product: self.product, version: self.version } };
}
