import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserHandle } from '@wakey/core';
import type { Clause } from '../../clause.js';
import type { DriverUnderTest } from '../clause.js';
import { type DriverSubject, openDriverSubject } from '../subject.js';

/**
 * Runs a clause on a good driver that its saboteur has broken, and returns the message of the clause. Returns undefined
 * if the clause notices nothing: then the clause proves nothing. Closes the browsers that the broken driver left
 * running.
 */
export async function noticedBy(
  clause: Clause<DriverSubject, DriverUnderTest>,
  good: DriverUnderTest,
): Promise<string | undefined> {
  const launched: BrowserHandle[] = [];
  const watched: DriverUnderTest = {
    ...good,
    driver(options) {
      const driver = good.driver(options);
      const launch: typeof driver.launch = async (wanted) => {
        const browser = await driver.launch(wanted);
        launched.push(browser);
        return browser;
      };
      return { ...driver, launch };
    },
  };
  // A browser that the saboteur left running still writes into the folder that its clause has already removed.
  const place = await mkdtemp(join(tmpdir(), 'wakey-sabotage-'));
  const subject = openDriverSubject(clause.sabotage(watched), place);
  try {
    await clause.check(subject);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await Promise.all(launched.map((browser) => browser.close()));
    await subject.close();
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  }
}
