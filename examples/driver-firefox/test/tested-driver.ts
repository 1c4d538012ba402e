import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnedDriver } from '@wakey/conformance';
import { firefoxDriver } from '../src/firefox-driver.ts';

/** The Firefox of the tests. */
export const executable = process.env.WAKEY_FIREFOX ?? '/usr/lib/firefox-esr/firefox-esr';

/** This driver for the clauses, with the differences between Firefox and Chromium. */
export const tested: OwnedDriver = {
  executable,
  driver: (options) => firefoxDriver({ executable, ...options }),
  owner: () => fork(join(import.meta.dirname, 'owner.ts')),
  ownVariables: {
    MOZ_CRASHREPORTER_DISABLE: 'A crash dump contains the memory of the page.',
    MOZ_REMOTE_SETTINGS_DEVTOOLS:
      'Without this variable Firefox asks Mozilla for settings, whatever its preferences say.',
  },
  // A Firefox under WebDriver opens no address that crashes a page, so the test kills the process of the page.
  crash: { url: ({ pid }) => killPages(String(pid)), code: 'page-crashed' },
  display: process.env.DISPLAY,
};

/** Kills the page processes of a browser. Their command line names the browser's process id (`-parentPid`) and ends with `tab`. */
function killPages(browser: string): void {
  const ofPage = new RegExp(` -parentPid ${browser} .* tab $`);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (ofPage.test(commandLine(pid))) process.kill(Number(pid), 'SIGKILL');
  }
}

function commandLine(pid: string): string {
  try {
    // Words end with a zero byte, or with a space if Firefox has rewritten its own command line.
    return `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()} `;
  } catch {
    // The process ended before we could read its command line.
    return '';
  }
}
