import { afterEach, describe, expect, it } from 'vitest';
import { until, untilReady, type Visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
let opened: Visit | undefined;

async function openLinked(): Promise<Visit> {
  simulator = await startSimulator({ speed: 10 });
  opened = await visitLinked(simulator);
  return opened;
}

const isRegistered = "require('WAWebUserPrefsMultiDevice').isRegistered()";

afterEach(async () => {
  await opened?.end();
  opened = undefined;
  await simulator.close();
});

describe('a logout event without a logout', { timeout: 30_000 }, () => {
  it('fires at once and at each login, and the device stays linked and connected', async () => {
    const { page } = await openLinked();
    const listen = "heard = []; require('WAWebCmd').Cmd.on('all', (name) => heard.push(name)); undefined;";
    await page.evaluate(listen);
    simulator.trouble({ falseLogoutEvent: true });
    await until(page, "heard.includes('logout_from_bridge')");
    await page.evaluate("heard = []; require('WAWebSocketModel').Socket.reconnect()");
    await until(page, "heard.includes('logout_from_bridge')");
    await untilReady(page);
    expect(await page.evaluate(isRegistered)).toBe(true);
    expect(simulator.phone.devices()).toMatchObject([{ online: true }]);
  });
});

describe('a logout address without a logout', { timeout: 30_000 }, () => {
  it('is loaded at once and at each load of the page, and the device stays linked', async () => {
    const { page } = await openLinked();
    const served = () => simulator.log().filter(({ event, detail }) => event === 'page-served' && isLogout(detail));
    simulator.trouble({ falseLogoutAddress: true });
    await simulator.waitFor(({ event, detail }) => event === 'page-served' && isLogout(detail));
    await untilReady(page);
    await page.goto(simulator.url);
    await untilReady(page);
    expect(served()).toHaveLength(2);
    expect(await page.evaluate(isRegistered)).toBe(true);
    expect(simulator.phone.devices()).toMatchObject([{ online: true }]);
  });
});

function isLogout(detail: object): boolean {
  return 'path' in detail && String(detail.path).includes('post_logout=1');
}
