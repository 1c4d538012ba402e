import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserHandle, DriverCapabilities } from '@wakey/core';
import type { DriverUnderTest, OpenSubject, Subject } from './clause.js';
import { endHolding } from './processes.js';
import { openSite, type Site } from './site.js';

/**
 * A driver with all that clauses need. The clauses share it, one after another; the caller that opened it must close
 * it.
 */
export interface DriverSubject {
  readonly capabilities: DriverCapabilities;
  /** Runs a check on an empty directory of its own, and removes the directory afterwards. */
  alone(check: (subject: Subject) => Promise<void>): Promise<void>;
  /** Does the same as `alone`, with a blank page. The next check uses the same browser, unless this check spoils it. */
  onPage(check: (subject: OpenSubject) => Promise<void>, spoils: boolean): Promise<void>;
  /** Ends the browser and the web site that the checks share. May be called twice. */
  close(): Promise<void>;
}

/**
 * Prepares a driver for `driverClauses`. Opens nothing before the first check. Creates the directories of the checks in
 * `place`, by default the temporary directory of the system.
 */
export function openDriverSubject(under: DriverUnderTest, place: string = tmpdir()): DriverSubject {
  let site: Promise<Site> | undefined;
  let browser: BrowserHandle | undefined;
  const closeBrowser = async () => {
    const closing = browser;
    browser = undefined;
    await closing?.close();
  };
  const alone: DriverSubject['alone'] = (check) =>
    inFolder(place, async (folder) => {
      site ??= openSite();
      await check({ ...under, site: await site, folder });
    });
  return {
    capabilities: under.driver().capabilities,
    alone,
    onPage: (check, spoils) =>
      alone(async (subject) => {
        browser ??= await under.driver().launch({});
        try {
          await browser.page.goto('about:blank');
          await check({ ...subject, browser });
        } finally {
          if (spoils) await closeBrowser();
        }
      }),
    async close() {
      await closeBrowser();
      await (await site)?.close();
      site = undefined;
    },
  };
}

async function inFolder(place: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(place, 'wakey-clause-'));
  try {
    await work(folder);
  } finally {
    await endHolding(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
