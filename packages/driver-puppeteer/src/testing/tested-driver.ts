import { findBrowser } from '@wakey/browser-process';
import type { BrowserOptions } from '@wakey/core';
import { puppeteerDriver } from '../puppeteer-driver.js';
import type { DriverMaker } from './run-clauses.js';

/** The browser of these tests: the one that the set-up found or brought, else the first that is found here. */
const executable = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });

/** This package's driver, for clauses. */
export const tested: DriverMaker = {
  executable,
  driver: (options: BrowserOptions = {}) => puppeteerDriver({ executable, ...options }),
};
