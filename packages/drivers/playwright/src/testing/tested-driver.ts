import { join } from 'node:path';
import { testedDrivers } from '@wakey/testkit';
import { playwrightDriver } from '../playwright-driver.js';

/** This package's driver, for clauses, on the browsers of this machine. */
export const { tested, testedOn, browserWithWindows } = await testedDrivers(
  playwrightDriver,
  join(import.meta.dirname, 'owner.ts'),
);
