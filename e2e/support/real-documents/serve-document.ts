import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback device. A proof changes the document that it serves. */
export interface DocumentServer {
  readonly url: string;
  document: string;
  close(): void;
}

/** Serves one document, and nothing else. */
export async function serveDocument(): Promise<DocumentServer> {
  const served = { document: '' };
  const server = createServer((request, response) => {
    if (request.url !== '/') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(served.document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(served, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
