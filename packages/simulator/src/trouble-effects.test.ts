import { afterEach, describe, expect, it } from 'vitest';
import { shownQr, socket, until, untilReady, type Visit, visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { Troubles } from './troubles.ts';

let simulator: Simulator;
let opened: Visit | undefined;

async function open(troubles: Partial<Troubles> = {}, speed = 10): Promise<Visit> {
  simulator = await startSimulator({ speed, troubles });
  opened = await visit(simulator);
  return opened;
}

async function openLinked(speed = 10) {
  simulator = await startSimulator({ speed });
  const linked = await visitLinked(simulator);
  opened = linked;
  return linked;
}

const stream = "require('WAWebStreamModel').Stream";

afterEach(async () => {
  await opened?.end();
  opened = undefined;
  await simulator.close();
});

describe('a network that is lost', { timeout: 30_000 }, () => {
  it('makes the page reconnect until the network is back, still synced and still linked', async () => {
    const { page } = await openLinked();
    simulator.trouble({ outage: 'socket' });
    await until(page, `${socket}.state === 'OPENING' && ${socket}.stream === 'DISCONNECTED'`);
    await until(page, `${socket}.state === 'TIMEOUT'`);
    expect(await page.evaluate(`${socket}.hasSynced`)).toBe(true);
    simulator.trouble({ outage: 'none' });
    await until(page, `${socket}.state === 'CONNECTED' && ${socket}.stream === 'CONNECTED'`);
    expect(simulator.phone.devices()).toMatchObject([{ online: true }]);
  });

  it('also refuses the page itself when the outage is complete', async () => {
    const { page } = await open();
    await shownQr(page);
    simulator.trouble({ outage: 'all' });
    await expect(page.goto(simulator.url)).rejects.toThrow('ERR_');
    simulator.trouble({ outage: 'none' });
    await page.goto(simulator.url);
    await shownQr(page);
  });

  it('is noticed at once when the browser reports it', async () => {
    const { page } = await openLinked();
    await page.setOfflineMode(true);
    await until(page, `${socket}.state !== 'CONNECTED'`);
    expect(await page.evaluate("require('WAWebNetworkStatus').default.online")).toBe(false);
    await page.setOfflineMode(false);
    await until(page, `${socket}.state === 'CONNECTED' && ${socket}.stream === 'CONNECTED'`);
  });

  it('covers the code, and the page shows new codes afterwards', async () => {
    const { page } = await open();
    const old = await shownQr(page);
    simulator.trouble({ outage: 'socket' });
    await page.waitForSelector('.overlay.note');
    expect(await simulator.phone.scan(old)).toMatchObject({ reason: 'unknown-code' });
    simulator.trouble({ outage: 'none' });
    expect(await simulator.phone.scan(await shownQr(page, old))).toMatchObject({ ok: true });
  });

  it('delays every message by the latency', async () => {
    const { page } = await open({ latency: 200 });
    expect(await simulator.phone.scan(await shownQr(page))).toMatchObject({ ok: true });
    simulator.trouble({ latency: 0 });
    await untilReady(page);
  });
});

describe('a blocked account or page', { timeout: 30_000 }, () => {
  it.each([
    [{ terms: true }, 'TOS_BLOCK'],
    [{ outdated: true, outdatedForm: 'state' }, 'DEPRECATED_VERSION'],
    [{ proxyBlocked: true }, 'PROXYBLOCK'],
  ] as const)(
    'with %o is in that state, keeps its login, and recovers when the trouble ends',
    async (trouble, state) => {
      const { page } = await openLinked();
      simulator.trouble(trouble);
      await until(page, `${socket}.state === '${state}' && ${stream}.mode === '${state}'`);
      await page.reload();
      await until(page, `globalThis.require && ${socket}.state === '${state}'`);
      simulator.trouble({ terms: false, outdated: false, proxyBlocked: false });
      await page.reload();
      await untilReady(page);
    },
  );

  it('is logged out by a permanent ban', async () => {
    const { page } = await openLinked();
    simulator.trouble({ banned: true });
    await simulator.waitFor(({ detail }) => String(detail.path).includes('post_logout=1'));
    expect(await simulator.phone.scan(await shownQr(page))).toMatchObject({ reason: 'account-banned' });
  });

  it('reports how long the ban lasts, and keeps its login', async () => {
    const { page } = await openLinked();
    await page.evaluate(`
      globalThis.ban = undefined;
      require('WAWebCmd').Cmd.on('account_temporarily_banned_from_bridge', (told) => (ban = told));
      undefined;
    `);
    simulator.trouble({ banned: true, banSeconds: 3600 });
    await until(page, 'ban');
    expect(await page.evaluate('ban')).toMatchObject({ banned: true, expire: 3600 });
    simulator.trouble({ banned: false });
    await page.reload();
    await untilReady(page);
  });

  it('is in conflict when the device connects elsewhere, and takes over only in that state', async () => {
    const { page, device } = await openLinked();
    simulator.trouble({ replaced: 'conflict' });
    await expect(page.evaluate(`${socket}.takeover()`)).rejects.toThrow('Takeover called without conflict!');
    expect(simulator.replace(device)).toBe(true);
    await until(page, `${socket}.state === 'CONFLICT' && ${stream}.mode === 'CONFLICT'`);
    expect(simulator.replace(device)).toBe(false);
    await page.evaluate(`${socket}.takeover()`);
    await untilReady(page);
  });
});

describe('the dialog', { timeout: 30_000 }, () => {
  it('unlinks the device if nobody answers', async () => {
    const { page } = await openLinked(200);
    simulator.trouble({ dialog: true });
    await page.waitForSelector('[role=dialog]');
    await simulator.waitFor('dialog-ignored');
    await shownQr(page);
    expect(simulator.phone.devices()).toEqual([]);
  });

  it('keeps the device linked if it is answered', async () => {
    const { page } = await openLinked(200);
    simulator.trouble({ dialog: true });
    await page.click('[role=dialog] button');
    await simulator.waitFor('dialog-acknowledged');
    expect(await page.$('[role=dialog]')).toBeNull();
    await page.reload();
    await untilReady(page);
    expect(await page.$('[role=dialog]')).toBeNull();
  });
});

describe('a sync', { timeout: 30_000 }, () => {
  it('stops at a percentage and continues when the trouble ends', async () => {
    const { page } = await open({ syncStuckAt: 40 });
    await simulator.phone.scan(await shownQr(page));
    const percent = "require('WAWebOfflineHandler').OfflineMessageHandler.getOfflineDeliveryProgress()";
    await until(page, `${percent} === 40`);
    await until(page, `require('WAWebCmd').Cmd.isMainLoaded`);
    expect(await page.evaluate(`${socket}.hasSynced`)).not.toBe(true);
    simulator.trouble({ syncStuckAt: 100 });
    await untilReady(page);
    expect(await page.evaluate(percent)).toBe(100);
  });

  it('does not start while the phone has no network, and the phone cannot scan', async () => {
    const { page } = await open({ phoneOffline: true });
    const qr = await shownQr(page);
    expect(await simulator.phone.scan(qr)).toMatchObject({ ok: false, reason: 'phone-offline' });
    simulator.trouble({ phoneOffline: false });
    await simulator.phone.scan(qr);
    simulator.trouble({ phoneOffline: true });
    await until(page, `${socket}.state === 'CONNECTED'`);
    await until(page, `require('WAWebCmd').Cmd.isMainLoaded`);
    expect(await page.evaluate(`${socket}.stream`)).toBe('SYNCING');
    simulator.trouble({ phoneOffline: false });
    await untilReady(page);
  });

  it('fills the message store', async () => {
    const { page } = await open({ messageStoreMb: 3 });
    await simulator.phone.scan(await shownQr(page));
    await untilReady(page);
    const count = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.open('model-storage');
          request.onsuccess = () => {
            const counted = request.result.transaction('message').objectStore('message').count();
            counted.onsuccess = () => resolve(counted.result);
          };
        }),
    );
    expect(count).toBe(3);
  });
});

describe('a page with a fault', { timeout: 30_000 }, () => {
  it('lacks modules and parts of the document', async () => {
    const { page } = await open({ missingModules: ['WAWebCmd'], missingDocumentParts: ['qr-canvas'] });
    await page.waitForSelector('[data-ref]');
    expect(await page.$('canvas')).toBeNull();
    await expect(page.evaluate("require('WAWebCmd')")).rejects.toThrow('Requiring unknown module');
    const map = "Object.keys(require('__debug').modulesMap)";
    expect(await page.evaluate(`${map}.includes('WAWebCmd')`)).toBe(false);
    expect(await page.evaluate(`${map}.includes('WAWebConnModel')`)).toBe(true);
  });

  it('never reports its version', async () => {
    const { page } = await open({ debug: 'never' });
    await shownQr(page);
    expect(await page.evaluate("typeof Debug === 'undefined'")).toBe(true);
  });

  it('does not fire the events named in lostEvents', async () => {
    const { page } = await open({ lostEvents: ['Socket change:hasSynced'] });
    const qr = await shownQr(page);
    await page.evaluate(`
      globalThis.heard = [];
      ${socket}.on('all', (name) => heard.push(name));
      undefined;
    `);
    await simulator.phone.scan(qr);
    await untilReady(page);
    const heard = await page.evaluate('heard');
    expect(heard).toContain('change:state');
    expect(heard).not.toContain('change:hasSynced');
  });

  it('looks ready but is not connected', async () => {
    const { page } = await openLinked();
    const ask = `Promise.race([
      require('WAWebQueryExistsJob').queryWidExists('447700900000@c.us').then(() => 'alive'),
      new Promise((resolve) => setTimeout(resolve, 500, 'silent')),
    ])`;
    expect(await page.evaluate(ask)).toBe('alive');
    simulator.trouble({ zombie: true });
    await simulator.waitFor('stream-closed', { after: simulator.log().at(-1)?.seq ?? 0 });
    expect(await page.evaluate(ask)).toBe('silent');
    expect(await page.evaluate(`${socket}.state`)).toBe('CONNECTED');
  });

  it('waits for its passcode, and so does its noise key', async () => {
    const { page } = await open({ screenLocked: true });
    await until(page, `globalThis.require && ${socket}.state === 'SCREEN_LOCKED'`);
    await page.evaluate(`
      globalThis.noise = 'pending';
      require('WAWebUserPrefsInfoStore').waNoiseInfo.get().then(() => (noise = 'there'));
      undefined;
    `);
    expect(await page.evaluate('noise')).toBe('pending');
  });

  it('hangs, and continues when the trouble is over', async () => {
    const { page } = await openLinked();
    simulator.trouble({ hang: true });
    await simulator.waitFor('page-hangs');
    const answer = page.evaluate('1 + 1');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))]);
    expect(first).toBe('nothing');
    simulator.trouble({ hang: false });
    expect(await answer).toBe(2);
  });
});
