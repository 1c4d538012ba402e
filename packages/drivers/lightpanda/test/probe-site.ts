import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A site for the probes: ordinary pages, and answers that never end or have no document. */
export interface ProbeSite {
  readonly url: string;
  /** An address at which nothing listens. */
  readonly deadUrl: string;
  /** A server of WebSockets, with a slash at the end. Below it, `frames` sends a message in three frames, `pings` pings. */
  readonly socketUrl: string;
  /** How many pings a page has answered. */
  pongs(): number;
  close(): void;
}

/** Opens the site at a free port. */
export async function openProbeSite(): Promise<ProbeSite> {
  const server = createServer((request, response) => {
    const route = ROUTES[request.url ?? ''];
    if (route !== undefined) return route(response);
    return response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><title>page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let pongs = 0;
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, { url }) => {
    if (url === '/frames') for (const part of ['ab', 'cd', 'ef']) socket.send(part, { fin: part === 'ef' });
    if (url !== '/pings') return;
    const beat = setInterval(() => socket.ping(), 100);
    socket.on('pong', () => {
      pongs += 1;
    });
    socket.on('close', () => clearInterval(beat));
  });
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
  const deadUrl = `http://127.0.0.1:${(dead.address() as AddressInfo).port}/`;
  await new Promise((resolve) => dead.close(resolve));
  return {
    deadUrl,
    socketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    pongs: () => pongs,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

const html = (text: string) => (response: ServerResponse) =>
  response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html>${text}`);

const ROUTES: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/endless': (response) => response.setHeader('content-type', 'text/html; charset=utf-8').write('<p>so far'),
  '/nothing': (response) => response.writeHead(204).end(),
  '/silent': () => undefined,
  '/picture': html('<title>picture</title><img src="/silent">'),
  '/blocking': html('<script src="/silent"></script>'),
  '/throw': html(
    '<script>onerror = (m) => { window.seen = m }; setTimeout(() => { throw new Error("in a timer"); })</script>',
  ),
};
