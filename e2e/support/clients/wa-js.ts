import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { number, type Stage, until } from './stage.ts';

const socket = "require('WAWebSocketModel').Socket";

/** The journey of wa-js with one account. */
export async function waJs(stage: Stage): Promise<void> {
  const { simulator, folder, executable, args, step } = stage;
  const script = stage.locate('@wppconnect/wa-js');
  let browser: Browser | undefined;

  async function open(): Promise<Page> {
    await browser?.close();
    const userDataDir = join(folder, 'profile');
    browser = await puppeteer.launch({ executablePath: executable, pipe: true, userDataDir, args: [...args] });
    const page = await browser.newPage();
    await page.goto('https://web.whatsapp.com/');
    return inject(page);
  }

  async function inject(page: Page): Promise<Page> {
    await page.addScriptTag({ path: script });
    await page.waitForFunction('WPP.isReady', { polling: 50 });
    return page;
  }

  const until_ = (page: Page, source: string) => until(source, () => page.evaluate(source));

  let page = await open();
  await page.waitForSelector('[data-ref]');
  stage.scan(String(await page.$eval('[data-ref]', (frame) => frame.getAttribute('data-ref'))));
  await until_(page, `WPP.conn.isAuthenticated() && WPP.conn.isMainReady() && ${socket}.hasSynced === true`);
  step('link');

  simulator.trouble({ outage: 'socket' });
  await until_(page, `${socket}.state !== 'CONNECTED'`);
  await stage.online(() => simulator.trouble({ outage: 'none' }));
  step('offline');

  simulator.replace(stage.device());
  await until_(page, "WPP.whatsapp.Socket.state === 'CONFLICT'");
  await stage.online(() => void page.evaluate('void WPP.whatsapp.Socket.takeover()'));
  step('conflict');

  page = await open();
  await until_(page, 'WPP.conn.isAuthenticated() && WPP.conn.isMainReady()');
  if (String(await page.evaluate('String(WPP.conn.getMyUserId())')) !== `${number}@c.us`)
    throw new Error('The restored login belongs to another account.');
  step('restart');

  const left = page.waitForNavigation();
  simulator.phone.unlink(stage.device());
  await left;
  await inject(page);
  await until_(page, '!WPP.conn.isAuthenticated()');
  step('unlink');

  await until_(page, `${socket}.state === 'UNPAIRED'`);
  const code = String(await page.evaluate(`WPP.conn.genLinkDeviceCodeForPhoneNumber('${number}')`));
  await simulator.phone.enterCode(code);
  await until_(page, `WPP.conn.isAuthenticated() && ${socket}.hasSynced === true`);
  step('link code');

  await Promise.all([page.waitForNavigation(), page.evaluate('void WPP.conn.logout()')]);
  await until('logged out', () => simulator.devices().length === 0);
  step('logout');
  await browser?.close();
}
