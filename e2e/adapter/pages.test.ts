import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserHandle } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launch } from './visit.js';

let browser: BrowserHandle;
const servers: Server[] = [];

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=hidden`;
}

const open = (url: string, timeout = 20_000): Promise<unknown> =>
  whatsappWeb({ url, patience: 500 }).open(browser.page, { onSignal: () => undefined, timeout });

describe('A page that is not WhatsApp Web', () => {
  it('is foreign', async () => {
    const url = await serve((_, response) => response.end('<title>Free Wi-Fi</title><h1>Log in</h1>'));
    await expect(open(url)).rejects.toMatchObject({ code: 'page-foreign' });
  });

  it('with an HTTP error is unreachable, and the error has the status', async () => {
    const url = await serve((_, response) => response.writeHead(503).end('<h1>Down</h1>'));
    await expect(open(url)).rejects.toMatchObject({ code: 'page-unreachable', details: { status: 503 } });
  });

  it('that refuses the connection is unreachable', async () => {
    const url = await serve(() => undefined);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    await expect(open(url)).rejects.toMatchObject({ code: 'page-unreachable' });
  });

  it('that never answers is unreachable after the timeout', async () => {
    const url = await serve(() => undefined);
    await expect(open(url, 1_000)).rejects.toMatchObject({ code: 'page-unreachable' });
  });

  it('that never ends is unreachable after the timeout', async () => {
    const url = await serve((_, response) => void response.write('<!doctype html><p>Wait'));
    await expect(open(url, 1_500)).rejects.toMatchObject({ code: 'page-unreachable' });
  });

  it('causes an error that does not contain the query of the address', async () => {
    const url = await serve((_, response) => response.end('<h1>Log in</h1>'));
    await expect(open(url)).rejects.not.toThrow('hidden');
  });

  it('cannot have an address that is no http URL', () => {
    expect(() => whatsappWeb({ url: 'web.whatsapp.com' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(() => whatsappWeb({ url: 'file:///etc/passwd' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('that replaces WhatsApp Web is noticed at the next reading', async () => {
    const other = await serve((_, response) => response.end('<h1>Elsewhere</h1>'));
    const ours = await serve((_, response) => response.end('<html id="whatsapp-web"><body></body></html>'));
    const opened = await whatsappWeb({ url: ours, patience: 0 }).open(browser.page, { onSignal: () => undefined });
    await opened.read();
    await browser.page.goto(other);
    await vi.waitFor(() => expect(opened.read()).rejects.toMatchObject({ code: 'page-foreign' }), 5_000);
  });
});
