import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BlankSite } from '@wakey/whatsapp-web';

/** A blank site on this machine, and what ends it. */
export interface OpenBlankSite extends BlankSite {
  close(): Promise<void>;
}

/** Serves a blank document and a worker on a free port of this machine, and nothing else. */
export async function openBlankSite(): Promise<OpenBlankSite> {
  const server = createServer(({ url }, response) => {
    const found = pages[url ?? ''];
    if (found === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': found.type, 'cache-control': 'no-store' }).end(found.text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address with that port.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/`,
    worker: `${origin}/worker.js`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const pages: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  '/': { type: 'text/html; charset=utf-8', text: '<!doctype html><title>wakey doctor</title>' },
  '/worker.js': { type: 'text/javascript', text: "postMessage('here')" },
};
