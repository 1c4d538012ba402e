import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserHandle, PageSignal } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launch } from './visit.js';

let browser: BrowserHandle;
const servers: Server[] = [];

beforeAll(async () => {
  browser = await launch(undefined, ['--host-resolver-rules=MAP portal.test 127.0.0.1']);
});

afterAll(() => browser.close());

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server, and returns its host with the port. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Serves a document that looks like WhatsApp Web's, with `body` as its body. */
function serveDocument(body: string): Promise<string> {
  const type = { 'content-type': 'text/html' };
  return serve((_, response) =>
    response.writeHead(200, type).end(`<html id="whatsapp-web"><body>${body}</body></html>`),
  );
}

/** Opens the page with short waits. */
async function open(host: string) {
  const signals: PageSignal[] = [];
  const page = whatsappWeb({ url: `http://${host}/`, patience: 500, settle: 500 });
  const opened = await page.open(browser.page, { onSignal: (signal) => void signals.push(signal), timeout: 20_000 });
  return { signals, opened, types: () => signals.map(({ type }) => type) };
}

const booting = (...missing: readonly string[]) => expect.objectContaining({ type: 'page-booting', missing });

describe('A page whose scripts do not arrive', { timeout: 30_000 }, () => {
  it.each([
    ['that the document names', (src: string) => `<script src="${src}"></script>`],
    [
      'that the page puts in later',
      (src: string) =>
        `<script>setTimeout(() => document.head.append(Object.assign(document.createElement('script'), { src: '${src}' })))</script>`,
    ],
  ])('is unreachable, and the error names the host of a script %s, and not its address', async (_, body) => {
    const host = await serve((request) => request.socket.destroy());
    const { opened, types } = await open(await serveDocument(body(`http://${host}/rsrc/a.js?key=hidden`)));
    await vi.waitFor(() => expect(opened.read()).rejects.toMatchObject({ details: { hosts: host } }), 10_000);
    await expect(opened.read()).rejects.toMatchObject({ code: 'page-unreachable' });
    await expect(opened.read()).rejects.not.toThrow('hidden');
    expect(new Set(types())).toEqual(new Set(['page-booting']));
  });

  it('is unreachable when a login portal answers with a document in the place of a script', async () => {
    const host = await serve((request, response) => {
      const body = request.url === '/a.js' ? '\n<html><h1>Log in</h1></html>' : '<script src="/a.js"></script>';
      const page = request.url === '/a.js' ? body : `<html id="whatsapp-web"><body>${body}</body></html>`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    const { opened, types } = await open(host);
    await vi.waitFor(() => expect(opened.read()).rejects.toMatchObject({ code: 'page-unreachable' }), 10_000);
    await expect(opened.read()).rejects.toMatchObject({ details: { hosts: host } });
    expect(new Set(types())).toEqual(new Set(['page-booting']));
  });

  it('is loading while a script is under way, and incompatible once all scripts have run and parts are missing', async () => {
    const held: ServerResponse[] = [];
    const host = await serve((_, response) => void held.push(response));
    const script = `<script async src="http://${host}/a.js"></script>`;
    const { opened, signals, types } = await open(await serveDocument(script));
    await vi.waitFor(() => expect(signals).toContainEqual(booting('scripts (0 of 1 loaded)')));
    // Three times as long as a page without a script may take.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await opened.read();
    expect(signals.at(-1)).toEqual(booting('scripts (0 of 1 loaded)'));
    await vi.waitFor(() => expect(held).toHaveLength(1));
    held[0]?.end('globalThis.arrived = true;');
    await vi.waitFor(() => expect(types()).toContain('incompatible'), 10_000);
    await opened.read();
  });
});

describe('A page at an address that browsers do not trust', { timeout: 30_000 }, () => {
  it('is foreign when it is a login portal, although the browser withholds features from it', async () => {
    const host = await serve((_, response) => response.end('<h1>Log in</h1>'));
    await expect(open(host.replace('127.0.0.1', 'portal.test'))).rejects.toMatchObject({ code: 'page-foreign' });
  });

  it('is unsuitable when it is WhatsApp Web, because the browser withholds features that WhatsApp Web needs', async () => {
    const host = await serveDocument('');
    await expect(open(host.replace('127.0.0.1', 'portal.test'))).rejects.toMatchObject({
      code: 'browser-unsuitable',
      message: expect.stringContaining('secure context'),
    });
  });
});
