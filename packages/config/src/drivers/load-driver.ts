import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { UsageError } from '../usage-error.js';
import { loadFactory, type Origin } from './load-module.js';

/**
 * Makes the driver with a name: `puppeteer` is `@wakey/driver-puppeteer`, any other name is the name of a package or the path of a
 * file. Packages that are installed in `from.cwd` come first, then those that came with the program. Throws a UsageError that
 * says what to install.
 */
export async function loadDriver(name: string, options: BrowserOptions, from: Origin): Promise<BrowserDriver> {
  const factory = await loadFactory<BrowserOptions>({ name, kind: 'driver', from });
  const driver = factory(options);
  if (isDriver(driver)) return driver;
  throw new UsageError(
    `"${name}" makes no driver: its result has no launch(). See the contract BrowserDriver of @wakey/core.`,
  );
}

function isDriver(value: unknown): value is BrowserDriver {
  return typeof value === 'object' && value !== null && 'launch' in value && typeof value.launch === 'function';
}
