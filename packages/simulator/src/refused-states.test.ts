import { cp } from 'node:fs/promises';
import type { Page } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { makeProfile, openBrowser, type TestBrowser } from '../test/browser.ts';
import { shownQr, socket, until, untilReady } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
let browser: TestBrowser | undefined;
const removals: (() => Promise<void>)[] = [];

afterEach(async () => {
  await browser?.close();
  browser = undefined;
  await simulator.close();
  for (const remove of removals.splice(0)) await remove();
});

async function profile(): Promise<string> {
  const { path, remove } = await makeProfile();
  removals.push(remove);
  return path;
}

/** Opens the page on a profile, whose browser was closed before. */
async function openOn(path: string): Promise<Page> {
  await browser?.close();
  browser = await openBrowser(path);
  await browser.page.goto(simulator.url);
  return browser.page;
}

/** Links a device; gives its profile as it is after the second login, and a copy from after the first. */
async function linkTwice(): Promise<{ readonly newest: string; readonly older: string }> {
  simulator = await startSimulator({ speed: 10 });
  const [newest, older] = [await profile(), await profile()];
  const page = await openOn(newest);
  await simulator.phone.scan(await shownQr(page));
  await untilReady(page);
  await browser?.close();
  browser = undefined;
  await cp(newest, older, { recursive: true });
  await untilReady(await openOn(newest));
  return { newest, older };
}

describe('a service that refuses a state of a device that is linked', { timeout: 60_000 }, () => {
  it('takes the older one for a device it does not know, and the newest in', async () => {
    const { newest, older } = await linkTwice();
    simulator.trouble({ refusedStates: 'older' });
    await shownQr(await openOn(older));
    expect(simulator.phone.devices()).toMatchObject([{ online: false }]);
    await untilReady(await openOn(newest));
  });

  it('lets the newest in and never gets it ready, again and again, and the older one as ever', async () => {
    const { newest, older } = await linkTwice();
    simulator.trouble({ refusedStates: 'newest', stateRefusal: 'never-ready' });
    for (const _ of ['first', 'second']) {
      const page = await openOn(newest);
      await until(page, `globalThis.require && ${socket}.state === 'CONNECTED'`);
      await until(page, "require('WAWebCmd').Cmd.isMainLoaded");
      expect(await page.evaluate(`${socket}.hasSynced`)).not.toBe(true);
    }
    await untilReady(await openOn(older));
  });
});
