import { fork } from 'node:child_process';
import { join } from 'node:path';
import { findBrowser } from '@wakey/browser-process';
import type { OwnedDriver } from '@wakey/conformance';
import type { BrowserOptions } from '@wakey/core';
import { puppeteerDriver } from '../puppeteer-driver.js';

/** The browser of these tests: the one that the set-up found or brought, else the first that is found here. */
const executable = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });

/** This package's driver, for clauses. */
export const tested: OwnedDriver = {
  executable,
  driver: (options: BrowserOptions = {}) => puppeteerDriver({ executable, ...options }),
  owner: () =>
    fork(join(import.meta.dirname, 'owner.ts'), { execArgv: ['--import', 'tsx', '--conditions', 'wakey:source'] }),
};
