import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProbeSite, type ProbeSite } from '../test/probe-site.ts';
import { realLightpandas } from '../test/real-binaries.ts';
import { openSocks } from '../test/socks-server.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

const real = await realLightpandas();

describe.runIf(real.length > 0).each(real)('a SOCKS5 proxy of the real $version', ({ executable }) => {
  let site: ProbeSite;
  beforeAll(async () => {
    site = await openProbeSite();
  });
  afterAll(() => site.close());

  it('carries the documents, the requests and the WebSockets of a page, and looks up the names', async () => {
    const proxy = await openSocks(Number(new URL(site.url).port));
    const { page, close } = await lightpandaDriver({ executable, proxy }).launch({});
    try {
      await page.goto('http://site.test/');
      await page.evaluate(`fetch('http://site.test:81/', { mode: 'no-cors' }).then(() => null)`);
      const opened = `new Promise((resolve) => {
        const socket = new WebSocket('ws://site.test:82/');
        socket.onopen = () => resolve('open');
        socket.onclose = () => resolve('closed');
      })`;
      expect(await page.evaluate(opened)).toBe('open');
      expect(new Set(proxy.asked)).toEqual(new Set(['site.test:80', 'site.test:81', 'site.test:82']));
    } finally {
      await close();
      proxy.close();
    }
  });

  it('that does not answer makes each address page-unreachable, also that of a site which answers', async () => {
    const proxy = { server: site.deadUrl.replace('http:', 'socks5:').replace(/\/$/, '') };
    const { page, close } = await lightpandaDriver({ executable, proxy }).launch({});
    await expect(page.goto(site.url)).rejects.toMatchObject({ code: 'page-unreachable' });
    await close();
  });
});
