import { createRequire } from 'node:module';
import { type Simulator, startSimulator } from '@wakey/simulator';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, quietArgs, siteArgs } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';

const waJs = createRequire(import.meta.url).resolve('@wppconnect/wa-js');

let simulator: Simulator;
let browser: Browser;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  simulator = await startSimulator({ https: true });
  folder = await makeFolder();
  const args = [...quietArgs, ...siteArgs(simulator.url)];
  const executablePath = chromiumPath('headless-shell');
  browser = await puppeteer.launch({ executablePath, pipe: true, userDataDir: folder.path, args });
});

afterAll(async () => {
  await browser.close();
  await simulator.close();
  await folder.remove();
});

/** Opens the simulator under WhatsApp's real address, and injects the library. */
async function openWithLibrary(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto('https://web.whatsapp.com/');
  await page.addScriptTag({ path: waJs });
  await page.evaluate(`
    globalThis.heardCodes = [];
    globalThis.isLinked = false;
    WPP.on('conn.auth_code_change', (code) => heardCodes.push(code?.fullCode));
    WPP.on('conn.authenticated', () => (isLinked = true));
    undefined;
  `);
  await page.waitForFunction('WPP.isReady', { polling: 50 });
  return page;
}

describe('the unmodified wa-js', () => {
  it('reports the codes of a fresh page, and the login after a scan', async () => {
    const page = await openWithLibrary();
    expect(await page.evaluate('WPP.conn.isAuthenticated()')).toBe(false);
    await page.waitForFunction('heardCodes.length > 0 && heardCodes.at(-1)', { polling: 50 });
    const qr = String(await page.$eval('[data-ref]', (frame) => frame.getAttribute('data-ref')));
    // The library builds four of the five fields of a code.
    expect(await page.evaluate('heardCodes.at(-1)')).toBe(qr.split(',').slice(0, 4).join(','));
    expect(await simulator.phone.scan(qr)).toMatchObject({ ok: true });
    await page.waitForFunction('isLinked && WPP.conn.isAuthenticated() && WPP.isFullReady', { polling: 50 });
    await page.close();
  });

  it('reports the restored login, its user, and that the main window is ready', async () => {
    const page = await openWithLibrary();
    await page.waitForFunction('WPP.conn.isMainReady()', { polling: 50 });
    expect(await page.evaluate('WPP.conn.isAuthenticated()')).toBe(true);
    expect(await page.evaluate('WPP.conn.isRegistered()')).toBe(true);
    expect(await page.evaluate('String(WPP.conn.getMyUserId())')).toBe('447700900000@c.us');
    await page.close();
  });

  it('logs out, and links again by a code', async () => {
    const page = await openWithLibrary();
    await page.waitForFunction('WPP.conn.isMainReady()', { polling: 50 });
    await Promise.all([page.waitForNavigation(), page.evaluate('void WPP.conn.logout()')]);
    expect(simulator.phone.devices()).toEqual([]);
    await page.close();

    const fresh = await openWithLibrary();
    await fresh.waitForFunction("require('WAWebSocketModel').Socket.state === 'UNPAIRED'", { polling: 50 });
    const code = String(await fresh.evaluate("WPP.conn.genLinkDeviceCodeForPhoneNumber('447700900000')"));
    expect(await simulator.phone.enterCode(code)).toMatchObject({ ok: true });
    await fresh.waitForFunction('isLinked && WPP.conn.isAuthenticated()', { polling: 50 });
  });
});
