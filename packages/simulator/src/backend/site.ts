import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Journal } from '../journal.ts';
import type { PageSettings } from '../protocol.ts';
import type { Troubles } from '../troubles.ts';
import type { Certificate } from './certificate.ts';
import { indexDocument } from './document.ts';
import { openWire, type Wire, type WireEvents } from './wire.ts';

interface SiteParts {
  readonly certificate: Certificate | undefined;
  readonly journal: Journal;
  readonly troubles: () => Troubles;
  readonly settings: () => PageSettings;
  readonly accept: (origin: string, open: (events: WireEvents) => Wire) => void;
}

/** Where the page connects to. */
const streamPath = '/ws/chat';

/** The web server of the page and of its streams; it has still to listen. */
export function createSite({ certificate, journal, troubles, settings, accept }: SiteParts): Server {
  const streams = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });

  /** Answers when the page need hang no longer. */
  function holdBack(answer: () => void): void {
    if (!troubles().hang) answer();
    else setTimeout(() => holdBack(answer), 50).unref();
  }

  const serve: RequestListener = (request, response) => {
    if (troubles().outage === 'all') {
      request.socket.destroy();
      return;
    }
    const address = URL.parse(request.url ?? '/', 'http://site');
    if (address === null) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('Bad request\n');
      return;
    }
    const { pathname, searchParams } = address;
    if (pathname === '/hang') {
      journal.write('page-hangs');
      holdBack(() => response.end());
      return;
    }
    if (pathname !== '/') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    if (troubles().falseLogoutAddress && !searchParams.has('post_logout')) {
      response.writeHead(302, { location: '/?post_logout=1', 'cache-control': 'no-store' }).end();
      return;
    }
    journal.write('page-served', { path: request.url });
    const body = indexDocument(settings());
    const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
    setTimeout(() => response.writeHead(200, headers).end(body), troubles().latency).unref();
  };

  const server = certificate === undefined ? createServer(serve) : createSecureServer(certificate, serve);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (troubles().outage !== 'none' || request.url !== streamPath) {
      socket.destroy();
      return;
    }
    streams.handleUpgrade(request, socket, head, (opened) => {
      accept(request.headers.origin ?? '', (events) => openWire(opened, () => troubles().latency, events));
    });
  });
  return server;
}
