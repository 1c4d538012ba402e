import {
  type BrowserDriver,
  type BrowserHandle,
  type BrowserOptions,
  type ErrorCode,
  isWakeyError,
  type PageHandle,
  WakeyError,
} from '@wakey/core';
import type { DriverUnderTest } from '../clause.js';

/** Breaks a good driver in the one way that a clause must notice. */
export type Sabotage = (honest: DriverUnderTest) => DriverUnderTest;

/** Breaks the driver itself. */
export function onDriver(change: (driver: BrowserDriver, options: BrowserOptions) => BrowserDriver): Sabotage {
  return (honest) => ({ ...honest, driver: (options = {}) => change(honest.driver(options), options) });
}

/** Makes the driver with other options than the caller passed. */
export function onOptions(change: (options: BrowserOptions) => BrowserOptions): Sabotage {
  return (honest) => ({ ...honest, driver: (options = {}) => honest.driver(change(options)) });
}

/** Breaks how a browser is launched. */
export function onLaunch(
  change: (launch: BrowserDriver['launch'], options: BrowserOptions) => BrowserDriver['launch'],
): Sabotage {
  return onDriver((driver, options) => ({ ...driver, launch: change(driver.launch, options) }));
}

/** Breaks how a browser is attached to. */
export function onAttach(change: (attach: Attach) => Attach): Sabotage {
  return onDriver((driver) => (driver.attach === undefined ? driver : { ...driver, attach: change(driver.attach) }));
}

type Attach = NonNullable<BrowserDriver['attach']>;

/** Breaks the handle of every browser that is launched. */
export function onBrowser(change: (browser: BrowserHandle) => Partial<BrowserHandle>): Sabotage {
  return onLaunch((launch) => async (wanted) => {
    const browser = await launch(wanted);
    return { ...browser, ...change(browser) };
  });
}

/** Breaks some of the page's methods. */
export function onPage(change: (page: PageHandle) => Partial<PageHandle>): Sabotage {
  return onBrowser(({ page }) => ({ page: { ...page, ...change(page) } }));
}

/** Breaks `evaluate`. The saboteur gets the caller's script, the argument, and the honest `evaluate`. */
export function onEvaluate(
  change: (
    run: (script: never, arg?: unknown, options?: object) => Promise<unknown>,
  ) => (...call: EvaluateArguments) => unknown,
): Sabotage {
  // The broken method may have other types than the original.
  return onPage((page) => ({ evaluate: change(page.evaluate as never) as PageHandle['evaluate'] }));
}

type EvaluateArguments = readonly [script: never, arg?: unknown, options?: object];

/** Changes what `evaluate` returns. */
export function onResult(change: (result: unknown) => unknown): Sabotage {
  return onEvaluate(
    (run) =>
      async (...call) =>
        change(await run(...call)),
  );
}

/** Breaks an exposed function. The saboteur gets the honest handler and the arguments of the call. */
export function onHandler(change: (handler: Handler) => (arg: Parameters<Handler>[0]) => unknown): Sabotage {
  return onPage((page) => ({
    expose: (name, handler, options) => page.expose(name, change(handler) as Handler, options),
  }));
}

type Handler = Parameters<PageHandle['expose']>[1];

/** Runs the saboteur's script in every page, before the page's own scripts. */
export function withInitScript(source: string): Sabotage {
  return onLaunch((launch) => async (wanted) => {
    const browser = await launch(wanted);
    await browser.page.addInitScript(source);
    return browser;
  });
}

/** Hides an error of a page's call: the call returns nothing instead of failing. */
export function hiding(code: ErrorCode): Sabotage {
  return onEveryCall((error) => {
    if (!isWakeyError(error, code)) throw error;
  });
}

/** Reports an error of a page's call with another code. */
export function recoding(from: ErrorCode, to: ErrorCode): Sabotage {
  return onEveryCall((error) => {
    throw isWakeyError(error, from) ? new WakeyError(to, { what: error.message, hint: '' }) : error;
  });
}

/** Changes how a launch fails. */
export function onFailure(change: (error: WakeyError) => unknown): Sabotage {
  return onLaunch((launch) => (wanted) => launch(wanted).catch((error) => Promise.reject(change(error))));
}

const CALLS = ['goto', 'reload', 'evaluate', 'addInitScript', 'expose', 'cookies', 'setCookies', 'screenshot'] as const;

function onEveryCall(onError: (error: unknown) => void): Sabotage {
  return onPage((page) => {
    const broken = CALLS.map((name) => {
      const call = page[name] as (...args: readonly unknown[]) => Promise<unknown>;
      return [name, (...args: readonly unknown[]) => call(...args).catch(onError)];
    });
    return Object.fromEntries(broken) as Partial<PageHandle>;
  });
}
