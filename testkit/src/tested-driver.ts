import { fork } from 'node:child_process';
import { findBrowser } from '@wakey/browser-process';
import { type BrowserDriver, type BrowserOptions, isWakeyError } from '@wakey/core';

/** A driver for Chromium and the browser on which its tests run. */
export interface TestedDriver {
  readonly executable: string;
  /** The X display for the browser's windows, if there is one. */
  readonly display: string | undefined;
  driver(options?: BrowserOptions): BrowserDriver;
  /** Starts a process that runs `serveOwner` with the same browser. */
  owner(): ReturnType<typeof fork>;
}

/** The drivers of one package for its tests. `ownerScript` is the path of the script that calls `serveOwner`. */
export async function testedDrivers(factory: (options: BrowserOptions) => BrowserDriver, ownerScript: string) {
  const execArgv = ['--import', 'tsx', '--conditions', 'wakey:source'];
  const testedOn = (executable: string, display?: string): TestedDriver => ({
    executable,
    display,
    driver: (options = {}) => factory({ executable, ...options }),
    owner: () => fork(ownerScript, [executable], { execArgv }),
  });
  const found = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });
  return {
    testedOn,
    /** The driver with the browser in `WAKEY_BROWSER`, or else with the first browser on this machine: a headless shell, if there is one. */
    tested: testedOn(found),
    /** Another browser of this machine, with windows, if there is one. */
    browserWithWindows: async () => {
      const windowed = await withWindows();
      return windowed === found ? undefined : windowed;
    },
  };
}

async function withWindows(): Promise<string | undefined> {
  try {
    return await findBrowser({ headless: false, env: process.env });
  } catch (error) {
    if (isWakeyError(error, 'browser-unavailable')) return undefined;
    throw error;
  }
}

/** Launches a browser when the parent process asks for it, and reports its process id. The test kills this process: see `ownerClauses`. */
export function serveOwner(testedOn: (executable: string) => TestedDriver): void {
  const [, , executable = ''] = process.argv;
  process.once('message', async ({ folder, profile }: { readonly folder: string; readonly profile: string }) => {
    const browser = await testedOn(executable)
      .driver({ env: { TMPDIR: folder } })
      .launch({ profile });
    process.send?.(browser.pid);
  });
}
