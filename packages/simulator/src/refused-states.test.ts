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

/** Opens the page on a profile that no browser uses. */
async function openOn(path: string): Promise<Page> {
  await browser?.close();
  browser = await openBrowser(path);
  await browser.page.goto(simulator.url);
  return browser.page;
}

/** Links a device; returns its profile after the second login, and a copy of the profile from after the first. */
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

describe('a service that refuses a state of a linked device', { timeout: 60_000 }, () => {
  it('refuses the older state as an unknown device, and accepts the newest', async () => {
    const { newest, older } = await linkTwice();
    simulator.trouble({ refusedStates: 'older' });
    await shownQr(await openOn(older));
    expect(simulator.phone.devices()).toMatchObject([{ online: false }]);
    await untilReady(await openOn(newest));
  });

  it('accepts the newest state but never makes it ready, at each login, and treats the older state as usual', async () => {
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
