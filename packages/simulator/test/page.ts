import type { Page } from 'puppeteer-core';
import type { Simulator } from '../src/index.ts';
import { makeProfile, openBrowser, type TestBrowser } from './browser.ts';

/** Returns the text of the page's QR code, once the page shows one that differs from `old`. */
export async function shownQr(page: Page, old = ''): Promise<string> {
  const handle = await page.waitForFunction(
    (previous) => {
      const isShown = document.querySelector('[data-ref] canvas') !== null;
      const text = document.querySelector('[data-ref]')?.getAttribute('data-ref') ?? '';
      return isShown && text !== previous && text;
    },
    { polling: 20 },
    old,
  );
  return String(await handle.jsonValue());
}

/** Waits until an expression of the page is true. */
export async function until(page: Page, expression: string): Promise<void> {
  await page.waitForFunction(expression, { polling: 20 });
}

/** The expression for the page's model `Socket`. */
export const socket = "require('WAWebSocketModel').Socket";

/** Waits until the page is logged in and synced. */
export async function untilReady(page: Page): Promise<void> {
  await until(page, `globalThis.require && ${socket}.hasSynced === true && ${socket}.state === 'CONNECTED'`);
}

/** A browser on a new profile that shows the simulator's page. */
export interface Visit {
  readonly browser: TestBrowser;
  readonly page: Page;
  readonly profile: string;
  end(): Promise<void>;
}

/** Opens the simulator's page in a new browser. */
export async function visit(simulator: Simulator, path = ''): Promise<Visit> {
  const profile = await makeProfile();
  const browser = await openBrowser(profile.path);
  await browser.page.goto(simulator.url + path);
  return {
    browser,
    page: browser.page,
    profile: profile.path,
    async end() {
      await browser.close();
      await profile.remove();
    },
  };
}

/** Opens the page and links it with the phone. */
export async function visitLinked(simulator: Simulator): Promise<Visit & { readonly device: string }> {
  const visited = await visit(simulator);
  const result = await simulator.phone.scan(await shownQr(visited.page));
  if (!result.ok) throw new Error(result.message);
  await untilReady(visited.page);
  return { ...visited, device: result.device.id };
}
