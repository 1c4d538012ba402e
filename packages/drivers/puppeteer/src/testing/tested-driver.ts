import { join } from 'node:path';
import { testedDrivers } from '@wakey/testkit';
import { puppeteerDriver } from '../puppeteer-driver.js';

/** The driver of this package for the conformance suite, on the browsers of this machine. */
export const { tested, testedOn, browserWithWindows } = await testedDrivers(
  puppeteerDriver,
  join(import.meta.dirname, 'owner.ts'),
);
