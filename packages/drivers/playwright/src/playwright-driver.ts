import type { EventEmitter } from 'node:events';
import { type ChromiumConnection, chromiumDriver, type LibraryPage } from '@wakey/chromium';
import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { pipeTransport } from './pipe-transport.js';

/**
 * Drives Chrome, Chromium and the headless shell through playwright-core. `native` is Playwright's own page.
 *
 * An attached browser belongs to somebody else: its handle has no profile and no process id, the options for its
 * command line do nothing (`executable`, `args`, `proxy.server`, `sandbox`, `env`), and `close()` leaves it running.
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

/** Leaves the browser as it was started, without Playwright's emulations. The driver has its own deadlines. */
const PLAIN = { noDefaults: true, timeout: 0 };

/**
 * Whether the driver answers the dialogs of a page. `opened` holds the pages of this connection and the pages that they
 * opened.
 */
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
        // When the whole browser goes, its pages close first. Only if the browser still answers, the page alone has
        // closed.
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
    // Playwright connected to this browser and did not launch it, so `close` ends only the connection.
    disconnect: () => browser.close(),
  };
}

function session(cdp: CDPSession) {
  return {
    // The callers have the types of the protocol, so the names of commands and events are right.
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
 * Dismisses dialogs, and accepts `beforeunload`, unless the user's code listens to `dialog`: an open dialog stops the
 * page. This listener also keeps Playwright from answering by itself, which it would do for every page of the browser.
 */
function dismissDialogs(context: BrowserContext, isAnswered: (page: Page | null) => boolean): void {
  context.on('dialog', async (dialog) => {
    const page = dialog.page();
    const isHeard = listeners(context) > 1 || (page !== null && listeners(page) > 0);
    if (isHeard || !isAnswered(page)) return;
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    // This fails only if the dialog has closed together with its page.
    await answer.catch(() => undefined);
  });
}

/**
 * How many listeners `dialog` has. Playwright's objects are Node's event emitters, but their types leave out
 * `listenerCount`.
 */
function listeners(emitter: BrowserContext | Page): number {
  return (emitter as unknown as Pick<EventEmitter, 'listenerCount'>).listenerCount('dialog');
}
