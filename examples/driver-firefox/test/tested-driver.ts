import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnedDriver } from '@wakey/conformance';
import { firefoxDriver } from '../src/firefox-driver.ts';

const executable = process.env.WAKEY_FIREFOX ?? '/usr/lib/firefox-esr/firefox-esr';

/** This driver, for clauses, and where Firefox differs from a Chromium. */
export const tested: OwnedDriver = {
  executable,
  driver: (options) => firefoxDriver({ executable, ...options }),
  owner: () => fork(join(import.meta.dirname, 'owner.ts')),
  ownVariables: {
    MOZ_CRASHREPORTER_DISABLE: 'A dump of a crash holds the memory of the page.',
    MOZ_REMOTE_SETTINGS_DEVTOOLS: 'Without it Firefox asks its makers for settings, whatever its preferences say.',
  },
  // Where it is driven, Firefox opens no address that crashes a page.
  crash: { url: ({ pid }) => killPages(String(pid)), code: 'page-crashed' },
  display: process.env.DISPLAY,
};

/** The processes of pages say on their command line whose they are, and end with `tab`. */
function killPages(browser: string): void {
  const ofPage = new RegExp(` -parentPid ${browser} .* tab $`);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (ofPage.test(commandLine(pid))) process.kill(Number(pid), 'SIGKILL');
  }
}

function commandLine(pid: string): string {
  try {
    // Firefox ends its words with a zero byte, or with a space where it wrote them itself.
    return `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()} `;
  } catch {
    // The process ended while it was looked at.
    return '';
  }
}
