import { join } from 'node:path';
import { testedDrivers } from '@wakey/testkit';
import { playwrightDriver } from '../playwright-driver.js';

/** The driver of this package for the conformance suite, on the browsers of this machine. */
export const { tested, testedOn, browserWithWindows } = await testedDrivers(
  playwrightDriver,
  join(import.meta.dirname, 'owner.ts'),
);
