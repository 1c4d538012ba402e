import type { EventEmitter } from 'node:events';
import { type ChromiumConnection, chromiumDriver, type LibraryPage } from '@wakey/chromium';
import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { pipeTransport } from './pipe-transport.js';

/**
 * Drives Chrome, Chromium and the headless shell through playwright-core. `native` is Playwright's own page.
 *
 * An attached browser costs what is not ours there: no profile (what it keeps is its owner's business), no process id,
 * no say in its command line (`executable`, `args`, `proxy.server`, `sandbox`, `env` do nothing), and `close()` leaves it
 * running.
 */
export function playwrightDriver(options: BrowserOptions = {}): BrowserDriver<Page> {
  return chromiumDriver(
    {
      name: 'playwright',
      connectPipe: async (pipe, artifactsDir) =>
        connection(await chromium.connectOverCDP(pipeTransport(pipe), { ...PLAIN, artifactsDir }), () => true),
      connectTo: async (endpoint) => connection(await chromium.connectOverCDP(endpoint, PLAIN), isOneOf),
    },
    options,
  );
}

/** The browser as its owner started it, without the library's emulations; the deadline is the driver's. */
const PLAIN = { noDefaults: true, timeout: 0 };

/** Whether a page is answered for: one of those that were opened here, and what they opened. */
type Answers = (page: Page | null, opened: WeakSet<Page>) => boolean;

const isOneOf: Answers = (page, opened) => page !== null && opened.has(page);

async function connection(browser: Browser, answers: Answers): Promise<ChromiumConnection<Page>> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('the browser has no default context');
  const opened = new WeakSet<Page>();
  dismissDialogs(context, (page) => answers(page, opened));
  const cdp = await browser.newBrowserCDPSession();
  const open = async (page: Page): Promise<LibraryPage<Page>> => {
    follow(page, opened);
    return {
      native: page,
      session: session(await context.newCDPSession(page)),
      onClosed(listener) {
        // Pages are told before the browser that all is over: only a browser that still answers has lost no more than a page.
        page.once('close', () => void cdp.send('Browser.getVersion').then(listener, () => undefined));
      },
      close: () => page.close(),
    };
  };
  return {
    root: session(cdp),
    firstPage: async () => open(context.pages()[0] ?? (await context.waitForEvent('page', { timeout: 0 }))),
    newPage: async () => open(await context.newPage()),
    onDisconnected: (listener) => void browser.once('disconnected', listener),
    // It was connected to, not launched: this gives up the connection alone.
    disconnect: () => browser.close(),
  };
}

function session(cdp: CDPSession) {
  return {
    // The names of commands and events reach here from a place that has the protocol's types.
    send: (method: string, params?: object) => cdp.send(method as 'Page.enable', params as never),
    on: (event: string, listener: (params: never) => void) =>
      void cdp.on(event as 'Page.loadEventFired', listener as never),
  };
}

/** Adds a page, and every page that it opens. */
function follow(page: Page, opened: WeakSet<Page>): void {
  opened.add(page);
  page.on('popup', (popup) => follow(popup, opened));
}

/**
 * An open dialog stops the page. Without a listener of the bot's own it is answered as if nobody were there. That anybody
 * listens keeps Playwright from answering by itself, which it does for every page of the browser.
 */
function dismissDialogs(context: BrowserContext, isAnswered: (page: Page | null) => boolean): void {
  context.on('dialog', async (dialog) => {
    const page = dialog.page();
    const isHeard = listeners(context) > 1 || (page !== null && listeners(page) > 0);
    if (isHeard || !isAnswered(page)) return;
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    // It fails only where the dialog went away with its page.
    await answer.catch(() => undefined);
  });
}

/** Playwright's objects are emitters of Node's kind; its types leave out what only counts. */
function listeners(emitter: BrowserContext | Page): number {
  return (emitter as unknown as Pick<EventEmitter, 'listenerCount'>).listenerCount('dialog');
}
