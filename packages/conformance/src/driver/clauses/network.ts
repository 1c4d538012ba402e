import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secret } from '@wakey/core';
import type { DriverClause, Subject } from '../clause.js';
import { rejects } from '../expectations.js';
import { onOptions, onPage } from '../sabotage/sabotage.js';

/** What the network and the page see of the browser, and which route its requests take. */
export const networkClauses: readonly DriverClause[] = [
  {
    name: 'shows no sign of headless mode or of automation to the page, the network and workers',
    needs: 'userAgentOverride',
    sabotage: onOptions((options) => ({
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0',
      ...options,
    })),
    async check(subject) {
      const { page, close } = await open(subject, {});
      await page.goto(`${subject.site.otherOrigin}/page`);
      const { agent, hints, driven } = await seenByPage(page);
      assert.match(agent, /Chrome\/\d+\.0\.0\.0|Gecko\/\d+ Firefox\/\d+\.0$/);
      assert.equal(driven, false);
      assert.ok(hints === null || hints.length >= 2, 'client hints are missing');
      await registerWorker(page);
      await subject.site.requested('/agent/worker');
      await close();
      const seen = [agent, ...(hints ?? []), ...agents(subject)].join('\n');
      assert.ok(!seen.includes('Headless'), seen);
      assert.equal(new Set([agent, ...agents(subject)]).size, 1, seen);
    },
  },
  {
    name: 'shows the user agent of the option `userAgent` to the page, the network and workers',
    needs: 'userAgentOverride',
    sabotage: onOptions(({ userAgent, ...others }) => others),
    async check(subject) {
      const userAgent =
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
      const { page, close } = await open(subject, { userAgent });
      await page.goto(`${subject.site.otherOrigin}/page/given`);
      const { agent, hints } = await seenByPage(page);
      assert.equal(agent, userAgent);
      assert.ok(hints === null || hints.includes('Chromium 150'), hints?.join());
      await registerWorker(page);
      await close();
      assert.equal(subject.site.headersOf('/page/given')['user-agent'], userAgent);
      assert.equal(subject.site.headersOf('/agent/worker')['user-agent'], userAgent);
    },
  },
  {
    name: 'sends requests through a proxy, with its credentials when the proxy requires them',
    needs: 'proxyAuth',
    sabotage: onOptions(({ proxy, ...others }) =>
      proxy === undefined ? others : { ...others, proxy: { server: proxy.server } },
    ),
    async check(subject) {
      const proxy = await openProxy('who', 'hunter2');
      const options = { server: proxy.server, username: 'who', password: secret('hunter2') };
      const { page, close } = await open(subject, { proxy: options });
      // Chromium uses no proxy for the names of this machine itself.
      await page.goto('http://site.test/page');
      assert.equal(await page.evaluate('fetch("/page/fetched").then((answer) => answer.status)'), 200);
      await close();
      assert.deepEqual(proxy.passed, ['http://site.test/page', 'http://site.test/page/fetched']);
      await proxy.close();
    },
  },
  {
    name: 'ends with page-unreachable or the proxy’s own page if the credentials are wrong, and does not try for ever',
    needs: 'proxyAuth',
    sabotage: onPage((page) => ({
      async goto(url, options) {
        for (let time = 0; time < 4; time += 1) await page.goto(url, options).catch(() => undefined);
      },
    })),
    async check(subject) {
      const proxy = await openProxy('who', 'hunter2');
      const options = { server: proxy.server, username: 'who', password: secret('wrong') };
      const { page, close } = await open(subject, { proxy: options });
      await page.goto('http://site.test/page').catch(() => undefined);
      assert.deepEqual(proxy.passed, []);
      assert.ok(proxy.refused() <= 3, `the browser tried ${proxy.refused()} times`);
      await close();
      await proxy.close();
    },
  },
  {
    name: 'refuses a proxy that it cannot use, before it starts a browser',
    needs: 'proxyAuth',
    sabotage: onOptions(({ proxy, ...others }) => others),
    async check({ driver, folder }) {
      const refuse = (server: string, username?: string) =>
        driver({ env: { TMPDIR: folder }, proxy: { server, ...(username === undefined ? {} : { username }) } }).launch(
          {},
        );
      await rejects(refuse('nonsense'), 'invalid-argument');
      await rejects(refuse('http://who:hunter2@127.0.0.1:1'), 'invalid-argument').then((error) =>
        assert.ok(!error.message.includes('hunter2')),
      );
      await rejects(refuse('socks5://127.0.0.1:1', 'who'), 'unsupported');
    },
  },
];

function open({ driver, folder }: Subject, options: NonNullable<Parameters<Subject['driver']>[0]>) {
  return driver({ ...options, env: { TMPDIR: folder } }).launch({});
}

type Page = Awaited<ReturnType<typeof open>>['page'];

async function seenByPage(page: Page) {
  return page.evaluate(() => {
    const { userAgent, webdriver, userAgentData } = (globalThis as unknown as Shown).navigator;
    return {
      agent: userAgent,
      driven: webdriver,
      // The value is null in a browser without client hints; a browser with client hints always has the object.
      hints: userAgentData?.brands.map((one) => `${one.brand} ${one.version}`) ?? null,
    };
  });
}

interface Shown {
  readonly navigator: {
    readonly userAgent: string;
    readonly webdriver: boolean;
    readonly userAgentData?: { readonly brands: readonly { readonly brand: string; readonly version: string }[] };
  };
}

async function registerWorker(page: Page): Promise<void> {
  await page.evaluate(
    'navigator.serviceWorker.register("/worker").then(() => navigator.serviceWorker.ready).then(() => null)',
  );
}

function agents({ site }: Subject): readonly string[] {
  return ['/page', '/agent/worker'].map((path) => site.headersOf(path)['user-agent'] ?? `nothing asked for ${path}`);
}

/** A proxy that requires credentials, and answers for every host itself. */
async function openProxy(username: string, password: string) {
  const passed: string[] = [];
  let refusals = 0;
  const right = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const server = createServer((asked: IncomingMessage, response) => {
    const url = asked.url ?? '';
    if (!url.startsWith('http://site.test/') || url.endsWith('/favicon.ico')) return response.writeHead(404).end();
    if (asked.headers['proxy-authorization'] !== right) {
      refusals += 1;
      return response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('who are you?');
    }
    passed.push(url);
    return response.writeHead(200, { 'content-type': 'text/html' }).end('<title>through</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    refused: () => refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
