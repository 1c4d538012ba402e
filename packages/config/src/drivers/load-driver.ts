import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { UsageError } from '../usage-error.js';
import { loadFactory, type Origin } from './load-module.js';

/**
 * Makes the driver of a name: `puppeteer` is `@wakey/driver-puppeteer`, anything else is the name of a package or the
 * path of a file. Taken from where the command runs, else from what came with it. Throws a UsageError that says what to
 * install.
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
