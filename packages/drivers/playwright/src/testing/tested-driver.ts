import { fork } from 'node:child_process';
import { join } from 'node:path';
import { findBrowser } from '@wakey/browser-process';
import type { OwnedDriver } from '@wakey/conformance';
import { type BrowserOptions, isWakeyError } from '@wakey/core';
import { playwrightDriver } from '../playwright-driver.js';

/** This package's driver, for clauses, with its browser and perhaps the X display of its windows. */
export function testedOn(executable: string, display?: string): OwnedDriver {
  const execArgv = ['--import', 'tsx', '--conditions', 'wakey:source'];
  return {
    executable,
    display,
    driver: (options: BrowserOptions = {}) => playwrightDriver({ executable, ...options }),
    owner: () => fork(join(import.meta.dirname, 'owner.ts'), [executable], { execArgv }),
  };
}

/** On the browser that the set-up found or brought, else the first that is found here: a headless shell, where there is one. */
export const tested = testedOn(
  await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env }),
);

/** The browser with windows that is here beside that one, if any. */
export async function browserWithWindows(): Promise<string | undefined> {
  try {
    const found = await findBrowser({ headless: false, env: process.env });
    return found === tested.executable ? undefined : found;
  } catch (error) {
    if (isWakeyError(error, 'browser-unavailable')) return undefined;
    throw error;
  }
}
