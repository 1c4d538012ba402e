import type { BrowserHandle, OpenPage, PageSignal } from '@wakey/core';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { type Simulator, type SimulatorOptions, startSimulator } from '@wakey/simulator';
import { type WhatsappWebOptions, whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath, quietArgs } from '../support/chromium.js';

/** A page of the simulator that the adapter has open in a browser, and all its signals so far. */
export interface Visit {
  readonly simulator: Simulator;
  readonly browser: BrowserHandle;
  readonly opened: OpenPage;
  readonly signals: readonly PageSignal[];
  /** Resolves with the first signal from now on (or from `since`) that fits. Rejects after 40 s, and the error lists the other signals. */
  next(fits: Fits, since?: number): Promise<PageSignal>;
  /** Scans the code that the adapter reported last. */
  scan(): Promise<void>;
  /** Links and waits until nothing is missing. */
  link(): Promise<void>;
  close(): Promise<void>;
}

/** The type of a signal, or a function that decides whether a signal fits. */
export type Fits = PageSignal['type'] | ((signal: PageSignal) => boolean);

/** Options of `visit`. */
export interface VisitOptions extends Omit<WhatsappWebOptions, 'url'> {
  readonly simulator?: SimulatorOptions;
  readonly profile?: string;
  /** A running simulator, which the visit does not close. */
  readonly at?: Simulator;
}

/** Starts simulator and browser and opens the page. */
export async function visit({ simulator: wanted, profile, at, ...options }: VisitOptions = {}): Promise<Visit> {
  const simulator = at ?? (await startSimulator({ speed: 5, ...wanted }));
  const browser = await launch(profile);
  const signals: PageSignal[] = [];
  const listeners = new Set<() => void>();

  async function close(): Promise<void> {
    await browser.close();
    if (at === undefined) await simulator.close();
  }

  const opened = await whatsappWeb({ url: simulator.url, ...options })
    .open(browser.page, {
      onSignal(signal) {
        signals.push(signal);
        for (const listener of [...listeners]) listener();
      },
    })
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });

  function next(fits: Fits, since = signals.length): Promise<PageSignal> {
    const isIt = typeof fits === 'string' ? (signal: PageSignal) => signal.type === fits : fits;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(look);
        reject(new Error(`no signal was ${fits}; the signals were ${JSON.stringify(signals.slice(since))}`));
      }, 40_000);
      function look(): void {
        const found = signals.slice(since).find(isIt);
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(found);
      }
      listeners.add(look);
      look();
    });
  }

  async function scan(): Promise<void> {
    await next('qr', 0);
    const shown = signals.findLast((signal) => signal.type === 'qr');
    const result = await simulator.phone.scan(shown?.qr.reveal() ?? '');
    if (!result.ok) throw new Error(`The phone refused the code: ${result.message}`);
  }

  return {
    simulator,
    browser,
    opened,
    signals,
    next,
    scan,
    async link() {
      await scan();
      await next(isReady, 0);
    },
    close,
  };
}

/** Whether a signal is a readiness with nothing missing. */
export function isReady(signal: PageSignal): boolean {
  return signal.type === 'readiness' && signal.missing.length === 0;
}

/** Launches the browser that all adapter tests use. */
export function launch(profile?: string, args: readonly string[] = []): Promise<BrowserHandle> {
  const driver = puppeteerDriver({
    executable: chromiumPath('headless-shell'),
    args: [...quietArgs, ...args],
    env: process.env,
  });
  return driver.launch(profile === undefined ? {} : { profile });
}
