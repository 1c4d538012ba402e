import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../test/browser.ts';
import { shownQr, socket, until, untilReady, type Visit, visit, visitLinked } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
const visits: Visit[] = [];

async function open(path = ''): Promise<Visit> {
  const visited = await visit(simulator, path);
  visits.push(visited);
  return visited;
}

async function openLinked() {
  const visited = await visitLinked(simulator);
  visits.push(visited);
  return visited;
}

beforeEach(async () => {
  simulator = await startSimulator({ speed: 10 });
});

afterEach(async () => {
  await Promise.all(visits.splice(0).map((visited) => visited.end()));
  await simulator.close();
});

describe('linking by QR', { timeout: 30_000 }, () => {
  it('leads from a scanned code to a synced login with the id of the account', async () => {
    const { page } = await open();
    const result = await simulator.phone.scan(await shownQr(page));
    expect(result).toMatchObject({ ok: true, device: { id: '447700900000:1@c.us', platform: '1' } });
    await untilReady(page);
    const me = await page.evaluate("require('WAWebUserPrefsMeUser').getMaybeMePnUser()._serialized");
    expect(me).toBe('447700900000@c.us');
    expect(await page.$('.two[tabindex] #pane-side')).not.toBeNull();
    expect(simulator.phone.devices()).toMatchObject([{ online: true }]);
  });

  it('also works with a picture of the code', async () => {
    const { page } = await open();
    await shownQr(page);
    const element = await page.$('.card');
    const picture = await element?.screenshot({ type: 'png' });
    expect(await simulator.phone.scanPng(picture ?? new Uint8Array())).toMatchObject({ ok: true });
  });

  it('works with the canvas alone, which has no margin around the code', async () => {
    const { page } = await open();
    await shownQr(page);
    const picture = await page.$eval('[data-ref] canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const bytes = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
    expect(await simulator.phone.scanPng(bytes)).toMatchObject({ ok: true });
  });

  it('refuses a code with four fields, an unknown code, and a code with other keys than the page', async () => {
    const { page } = await open();
    const qr = await shownQr(page);
    const [ref, noise, identity, secret, platform] = qr.split(',');
    const other = randomBytes(32).toString('base64');
    const scan = (...fields: (string | undefined)[]) => simulator.phone.scan(fields.join(','));
    expect(await scan(ref, noise, identity, secret)).toMatchObject({ ok: false, reason: 'unreadable-code' });
    expect(await scan('2@none', noise, identity, secret, platform)).toMatchObject({ reason: 'unknown-code' });
    expect(await scan(ref, other, identity, secret, platform)).toMatchObject({ reason: 'wrong-keys' });
    expect(await scan(ref, noise, other, secret, platform)).toMatchObject({ reason: 'wrong-keys' });
    expect(await scan(ref, noise, identity, secret, platform)).toMatchObject({ ok: true });
  });

  it('refuses a code whose secret the page has replaced, and the page logs itself out', async () => {
    const { page } = await open();
    const stale = await shownQr(page);
    simulator.rotateSecrets();
    const fresh = await shownQr(page, stale);
    expect(fresh.split(',')[0]).toBe(stale.split(',')[0]);
    expect(await simulator.phone.scan(stale)).toMatchObject({ ok: false, reason: 'wrong-secret' });
    expect(simulator.phone.devices()).toEqual([]);
    await simulator.waitFor(
      ({ event, detail }) => event === 'page-served' && String(detail.path).includes('post_logout=1'),
    );
    expect(await simulator.phone.scan(await shownQr(page, fresh))).toMatchObject({ ok: true });
  });

  it('allows four devices and refuses the fifth', async () => {
    const linked = await Promise.all([open(), open(), open(), open(), open()]);
    const results = [];
    for (const { page } of linked) results.push(await simulator.phone.scan(await shownQr(page)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, false]);
    expect(results[4]).toMatchObject({ reason: 'too-many-devices' });
  });
});

describe('the codes of a batch', { timeout: 60_000 }, () => {
  it('appear one after the other, expire, end in the idle state, and appear again on request with another secret', async () => {
    await simulator.close();
    simulator = await startSimulator({ speed: 60 });
    const { page } = await open();
    const codes = [await shownQr(page)];
    while (codes.length < 6) codes.push(await shownQr(page, codes.at(-1)));
    expect(new Set(codes.map((code) => code.split(',')[0])).size).toBe(6);
    expect(new Set(codes.map((code) => code.split(',')[3])).size).toBe(1);
    await until(page, `${socket}.state === 'UNPAIRED_IDLE'`);
    expect(await simulator.phone.scan(codes[0] ?? '')).toMatchObject({ ok: false, reason: 'expired-code' });
    for (const way of [
      "require('WAWebLaunchSocketUtils').refreshQR()",
      "require('WAWebBackendEventBus').BackendEventBus.triggerRefreshQR()",
      "require('WAWebCmd').Cmd.refreshQR()",
      "document.querySelector('[data-ref] button').click()",
    ]) {
      await until(page, `${socket}.state === 'UNPAIRED_IDLE'`);
      const old = String(await page.$eval('[data-ref]', (frame) => frame.getAttribute('data-ref')));
      await page.evaluate(way);
      const fresh = await shownQr(page, old);
      expect(fresh.split(',')[3], way).not.toBe(old.split(',')[3]);
    }
  });

  it('are in the document before the model reports them', async () => {
    await simulator.close();
    simulator = await startSimulator({ speed: 60 });
    const { page } = await open();
    await shownQr(page);
    const seen = await page.evaluate(
      () =>
        new Promise((resolve) => {
          type OnRef = (event: 'change:ref', listener: (model: unknown, ref: string) => void) => void;
          const page = globalThis as unknown as { require(name: string): { readonly Conn: { readonly once: OnRef } } };
          const { Conn } = page.require('WAWebConnModel');
          Conn.once('change:ref', (_, ref) =>
            resolve(document.querySelector('[data-ref]')?.getAttribute('data-ref')?.startsWith(`${ref},`)),
          );
        }),
    );
    expect(seen).toBe(true);
  });
});

describe('a linked page', { timeout: 30_000 }, () => {
  it('is logged in again without a code after its browser was killed right after the link', async () => {
    const { browser, profile, page } = await openLinked();
    expect(await page.evaluate('localStorage.length')).toBeGreaterThan(3);
    await browser.kill();
    const again = await openBrowser(profile);
    await again.page.goto(simulator.url);
    await untilReady(again.page);
    await again.close();
    expect(simulator.log().filter(({ event }) => event === 'refs-issued')).toHaveLength(1);
  });

  it('restores localStorage, but has no login without the key that cannot be exported', async () => {
    const { page } = await openLinked();
    await page.evaluate('localStorage.clear()');
    await page.reload();
    await untilReady(page);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          indexedDB.deleteDatabase('wawc_db_enc').onsuccess = () => resolve();
        }),
    );
    await page.reload();
    await shownQr(page);
    expect(simulator.phone.devices()).toMatchObject([{ online: false }]);
  });

  it('stores a key that scripts cannot read', async () => {
    const { page } = await openLinked();
    const extractable = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.open('wawc_db_enc');
          request.onsuccess = () => {
            const read = request.result.transaction('keys').objectStore('keys').get(1);
            read.onsuccess = () => resolve(read.result.key.extractable);
          };
        }),
    );
    expect(extractable).toBe(false);
  });

  it('is logged out by the phone: events, erased storage, and the address of a logout', async () => {
    const { page, device } = await openLinked();
    const seen: string[] = [];
    await page.exposeFunction('tell', (what: string) => void seen.push(what));
    await page.evaluate(`
      const { Cmd } = require('WAWebCmd');
      Cmd.on('logout logout_from_bridge', () => tell('logout'));
      ${socket}.on('change:state', (_, state) => tell(state));
    `);
    expect(simulator.phone.unlink(device)).toBe(true);
    expect(simulator.phone.unlink(device)).toBe(false);
    await simulator.waitFor(({ detail }) => String(detail.path).includes('post_logout=1'));
    await shownQr(page);
    expect(seen).toEqual(['logout']);
    expect(await page.evaluate("localStorage.getItem('last-wid-md')")).toBeNull();
    expect(new URL(page.url()).search).toBe('');
  });

  it('logs out when it was unlinked while offline', async () => {
    const { page, device } = await openLinked();
    await page.goto('about:blank');
    simulator.phone.unlink(device);
    await page.goto(simulator.url);
    await simulator.waitFor(({ detail }) => String(detail.path).includes('post_logout=1'));
    await shownQr(page);
  });

  it('unlinks itself on logout', async () => {
    const { page } = await openLinked();
    await page.evaluate(`void ${socket}.logout()`);
    await simulator.waitFor(({ event, detail }) => event === 'device-unlinked' && detail.by === 'page');
    await shownQr(page);
    expect(simulator.phone.devices()).toEqual([]);
  });

  it('is refused with the storage of another device', async () => {
    const { page, device } = await openLinked();
    const { page: other } = await openLinked();
    await other.evaluate(
      (id) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open('wawc');
          request.onsuccess = () => {
            const transaction = request.result.transaction('user', 'readwrite');
            const records = transaction.objectStore('user');
            const read = records.get('me');
            read.onsuccess = () => records.put({ key: 'me', value: { ...read.result.value, device: id } });
            transaction.oncomplete = () => resolve();
          };
        }),
      device,
    );
    await other.reload();
    await simulator.waitFor(({ event, detail }) => event === 'login-refused' && detail.reason === 'unknown-device');
    expect(await page.evaluate(`${socket}.state`)).toBe('CONNECTED');
  });
});

describe('one login in two tabs', { timeout: 30_000 }, () => {
  it('moves the connection to the second tab only after a takeover', async () => {
    const { browser, page } = await openLinked();
    const second = await browser.browser.newPage();
    await second.goto(simulator.url);
    await second.waitForSelector('[data-testid="conflict"] [role=button]');
    expect(await second.evaluate(`${socket}.state`)).toBe('UNLAUNCHED');
    await second.click('[role=button]');
    await untilReady(second);
    expect(await page.evaluate(`${socket}.state`)).toBe('UNLAUNCHED');
  });
});
