import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { playwrightDriver } from '@wakey/driver-playwright';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { standInBinary } from '../../packages/drivers/lightpanda/test/stand-in/binary.ts';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { chromiumPath } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';

type Make = (options: BrowserOptions) => BrowserDriver;

/** Each driver with the binary that it starts; for Lightpanda the stand-in. */
const drivers: readonly (readonly [Make, () => string | Promise<string>])[] = [
  [puppeteerDriver, () => chromiumPath('headless-shell')],
  [playwrightDriver, () => chromiumPath('headless-shell')],
  [lightpandaDriver, () => standInBinary({ version: '1.0.2' })],
];

/**
 * Launches browsers, four at a time, with each driver. Closes half of them, and kills half with SIGKILL at a random moment of
 * their first work. No process, no file and no connection may be left (a port of a browser closes with its process).
 */
export async function run({ seed, count = 200, log }: ProofOptions): Promise<void> {
  for (const [make, binary] of drivers) {
    const folder = await makeFolder();
    const random = seededRandom(seed);
    const driver = make({ executable: await binary(), env: { TMPDIR: folder.path } });
    const rounds = Array.from({ length: count }, (_, round) => ({
      round,
      isKilled: round % 2 === 1,
      at: random() * 100,
    }));
    const before = connections();
    const lanes = [0, 1, 2, 3].map(async (lane) => {
      const profile = join(folder.path, `profile-${lane}`);
      await mkdir(profile);
      for (let next = rounds.shift(); next !== undefined; next = rounds.shift()) await round(driver, profile, next);
    });
    await Promise.all(lanes);
    const left = {
      processes: processesNaming(folder.path),
      files: (await readdir(folder.path)).filter((name) => !name.startsWith('profile-')),
      connections: Array.from({ length: connections() - before }, () => 'tcp'),
    };
    await folder.remove();
    if (Object.values(left).some((list) => list.length > 0)) throw new Error(`${driver.name}: ${JSON.stringify(left)}`);
    log(`${driver.name}: ${count} launches, half of them killed, 4 at a time: no process, connection or file left`);
  }
}

interface Round {
  readonly round: number;
  readonly isKilled: boolean;
  readonly at: number;
}

async function round(driver: BrowserDriver, profile: string, { isKilled, at }: Round): Promise<void> {
  const browser = await driver.launch(driver.capabilities.persistentProfile.supported ? { profile } : {});
  // The kill makes this call reject. The conformance clauses check with which error.
  const work = browser.page.evaluate('new Promise((done) => setTimeout(done, 100))').catch(() => undefined);
  if (isKilled) await delay(at).then(() => process.kill(browser.pid ?? 0, 'SIGKILL'));
  await work;
  await browser.close();
}

/** The number of servers and connections that this process has open. A driver must close each one that it opens. */
function connections(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}
