import { afterEach, describe, expect, it } from 'vitest';
import { shownQr, socket, until, untilReady, type Visit, visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { Troubles } from './troubles.ts';

let simulator: Simulator;
let opened: Visit | undefined;

async function open(troubles: Partial<Troubles>): Promise<Visit> {
  simulator = await startSimulator({ speed: 10, troubles });
  opened = await visit(simulator);
  return opened;
}

afterEach(async () => {
  await opened?.end();
  opened = undefined;
  await simulator.close();
});

const hasModules = "'WAWebCmd' in require('__debug').modulesMap";

describe('a login portal', { timeout: 30_000 }, () => {
  it('redirects the page to the portal’s origin, or answers instead of the page', async () => {
    const { page } = await open({ portal: 'redirect' });
    expect(await page.title()).toBe('Welcome');
    expect(new URL(page.url()).origin).not.toBe(new URL(simulator.url).origin);
    simulator.trouble({ portal: 'page' });
    await page.goto(simulator.url);
    expect(await page.title()).toBe('Welcome');
    expect(page.url()).toBe(simulator.url);
    simulator.trouble({ portal: 'none' });
    await page.goto(simulator.url);
    await shownQr(page);
  });

  it('cuts the connection of a running page, which reconnects once the portal is gone', async () => {
    simulator = await startSimulator({ speed: 10 });
    opened = await visitLinked(simulator);
    simulator.trouble({ portal: 'page' });
    await until(opened.page, `${socket}.state === 'TIMEOUT'`);
    simulator.trouble({ portal: 'none' });
    await untilReady(opened.page);
  });
});

describe('the host of the scripts', { timeout: 30_000 }, () => {
  it('that is blocked leaves the document without its modules', async () => {
    const { page } = await open({ scripts: 'blocked' });
    expect(await page.evaluate("document.readyState === 'complete' && typeof require")).toBe('function');
    expect(await page.evaluate(hasModules)).toBe(false);
    const hosts = await page.evaluate(() => Array.from(document.scripts, ({ src }) => src && new URL(src).hostname));
    expect(hosts.filter(Boolean)).toEqual(['localhost']);
  });

  it('that stalls delivers the modules once it continues', async () => {
    simulator = await startSimulator({ speed: 10, troubles: { scripts: 'stalled' } });
    const visiting = visit(simulator);
    await simulator.waitFor('script-asked');
    simulator.trouble({ scripts: 'arrive' });
    opened = await visiting;
    await shownQr(opened.page);
  });

  it('delivers the modules late', async () => {
    const began = performance.now();
    const { page } = await open({ modulesLateMs: 10_000 });
    expect(await page.evaluate(hasModules)).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(1_000);
    await shownQr(page);
  });
});

describe('a slow line', { timeout: 30_000 }, () => {
  it('delivers a heavy page script by script, with stalls, until the page shows a code', async () => {
    const began = performance.now();
    const { page } = await open({ weight: 400_000, lineRate: 200_000, lineStallMs: 2_000 });
    await shownQr(page);
    // 400 kB and three stalls of 2 s take at least 8 s of simulated time, which runs ten times as fast.
    expect(performance.now() - began).toBeGreaterThan(800);
    const sizes = await page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/rsrc/')).length,
    );
    expect(sizes).toBe(10);
  });
});
