import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserHandle } from '@wakey/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaries } from '../test/binaries.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

let server: Server;
let site: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    response.setHeader('content-type', 'text/html');
    response.end(request.url === '/blocking' ? '<script src="/silent"></script>' : '<title>site</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.concurrent.each(await binaries())('the page of $on', ({ executable, isReal }) => {
  const inBrowser = async (work: (browser: BrowserHandle) => Promise<void>, args: readonly string[] = []) => {
    const browser = await lightpandaDriver({ executable, args, env: {} }).launch({});
    await work(browser).finally(() => browser.close());
  };

  it('is blank and of use again, with its data and scripts, after a load that blocks the whole connection', async () => {
    await inBrowser(async ({ page, lost }) => {
      await page.addInitScript('window.mark = "kept"');
      await page.expose('ask', () => 'answered');
      await page.goto(`${site}/`);
      await page.evaluate('(localStorage.login = "kept", null)');
      const blocking = isReal ? `${site}/blocking` : 'stand-in:blocked';
      await expect(page.goto(blocking, { timeout: 1_000 })).rejects.toMatchObject({ code: 'timeout' });
      await page.goto(`${site}/again`);
      expect(page.url()).toBe(`${site}/again`);
      expect(await page.evaluate('[window.mark, localStorage.login]')).toEqual(['kept', 'kept']);
      expect(await page.evaluate('window.ask()')).toBe('answered');
      expect(await Promise.race([lost, 'alive'])).toBe('alive');
      // A second time: what was set up once is there still.
      await expect(page.goto(blocking, { timeout: 1_000 })).rejects.toMatchObject({ code: 'timeout' });
      await page.goto(`${site}/`);
      expect(await page.evaluate('[window.mark, localStorage.login]')).toEqual(['kept', 'kept']);
    });
  });

  it('refuses a command above the limit of a message, and lives on', async () => {
    await inBrowser(
      async ({ page }) => {
        await page.goto(`${site}/`);
        await page.evaluate('(localStorage.login = "kept", null)');
        const tooLarge = page.evaluate(`"${'x'.repeat(3_000_000)}".length`);
        await expect(tooLarge).rejects.toMatchObject({ code: 'invalid-argument' });
        await expect(tooLarge).rejects.toThrow('this Lightpanda accepts 2000000');
        expect(await page.evaluate(`"${'x'.repeat(1_500_000)}".length + localStorage.login`)).toBe('1500000kept');
      },
      ['--cdp-max-message-size', '2000000'],
    );
  });
});
