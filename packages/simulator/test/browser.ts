import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const found = ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib/chromium/chromium', '/usr/bin/chromium'];

/** A browser with its own profile. */
export interface TestBrowser {
  readonly page: Page;
  readonly browser: Browser;
  /** Kills the browser with SIGKILL and waits for its exit. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser on a profile, without opening a page. */
export async function openBrowser(profile: string, args: readonly string[] = []): Promise<TestBrowser> {
  const executablePath = found.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error('No Chromium found on this machine. Install chromium-headless-shell.');
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const browser = await puppeteer.launch({
    executablePath,
    userDataDir: profile,
    pipe: true,
    args: [...quiet, ...args],
  });
  const [page = await browser.newPage()] = await browser.pages();
  const gone = new Promise<void>((resolve) => browser.process()?.once('exit', () => resolve()));
  return {
    page,
    browser,
    async kill() {
      browser.process()?.kill('SIGKILL');
      await gone;
    },
    close: () => browser.close(),
  };
}

/** Creates an empty profile folder and returns its path and a function that removes it. */
export async function makeProfile(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'wakey-simulator-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
