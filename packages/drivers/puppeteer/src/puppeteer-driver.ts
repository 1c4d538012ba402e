import { type ChromiumConnection, chromiumDriver, type LibraryPage } from '@wakey/chromium';
import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core';

/**
 * Drives Chrome, Chromium and the headless shell through puppeteer-core. `native` is puppeteer's own page.
 *
 * An attached browser belongs to somebody else: its handle has no profile and no process id, the options for its
 * command line do nothing (`executable`, `args`, `proxy.server`, `sandbox`, `env`), and `close()` leaves it running.
 */
export function puppeteerDriver(options: BrowserOptions = {}): BrowserDriver<Page> {
  return chromiumDriver(
    {
      name: 'puppeteer',
      connectPipe: async (transport) => connection(await puppeteer.connect({ transport, defaultViewport: null })),
      async connectTo(endpoint) {
        const at = /^wss?:/.test(endpoint) ? { browserWSEndpoint: endpoint } : { browserURL: endpoint };
        return connection(await puppeteer.connect({ ...at, defaultViewport: null }));
      },
    },
    options,
  );
}

async function connection(browser: Browser): Promise<ChromiumConnection<Page>> {
  return {
    root: session(await browser.target().createCDPSession()),
    async firstPage() {
      const target = await browser.waitForTarget((one) => one.type() === 'page', { timeout: 0 });
      const page = await target.page();
      if (page === null) throw new Error('a target of type "page" has no page');
      return libraryPage(page);
    },
    newPage: async () => libraryPage(await browser.newPage()),
    onDisconnected: (listener) => void browser.once('disconnected', listener),
    disconnect: () => browser.disconnect(),
  };
}

async function libraryPage(page: Page): Promise<LibraryPage<Page>> {
  dismissDialogs(page);
  return {
    native: page,
    session: session(await page.createCDPSession()),
    onClosed: (listener) => void page.once('close', () => page.browser().connected && listener()),
    close: () => page.close(),
  };
}

/** A session of the protocol, without puppeteer's deadlines: the driver has its own. */
function session(cdp: CDPSession) {
  return {
    // The callers have the types of the protocol, so the names of commands and events are right.
    send: (method: string, params?: object) => cdp.send(method as 'Page.enable', params as never, { timeout: 0 }),
    on: (event: string, listener: (params: never) => void) => void cdp.on(event, listener as (params: unknown) => void),
  };
}

/**
 * Dismisses dialogs, and accepts `beforeunload`, unless the user's code listens to `dialog`: an open dialog stops the
 * page.
 */
function dismissDialogs(page: Page): void {
  page.on('dialog', async (dialog) => {
    if (page.listenerCount('dialog') > 1) return;
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    // This fails only if the dialog has closed together with its page.
    await answer.catch(() => undefined);
  });
}
