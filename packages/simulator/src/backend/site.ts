import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { PageSettings } from '../protocol.ts';
import { answerAsGate } from './browser-gate.ts';
import type { Certificate } from './certificate.ts';
import type { BackendContext } from './context.ts';
import { indexDocument } from './document.ts';
import { answerAsPortal } from './portal.ts';
import { createScripts } from './scripts.ts';
import { createSlowLine } from './slow-line.ts';
import { openWire, type Wire, type WireEvents } from './wire.ts';

interface SiteParts extends BackendContext {
  readonly certificate: Certificate | undefined;
  readonly settings: () => Omit<PageSettings, 'awaitsScripts'>;
  readonly accept: (origin: string, open: (events: WireEvents) => Wire) => void;
}

/** The path to which the page connects its stream. */
const streamPath = '/ws/chat';

/** Creates the web server of the page and of its streams. The caller starts to listen. */
export function createSite({ certificate, settings, accept, ...context }: SiteParts): Server {
  const { journal, troubles } = context;
  const line = createSlowLine(context);
  const scripts = createScripts(context, line);
  const streams = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });

  /** Answers once the trouble `hang` is off. */
  function holdBack(answer: () => void): void {
    if (!troubles().hang) answer();
    else setTimeout(() => holdBack(answer), 50).unref();
  }

  const serve: RequestListener = (request, response) => {
    if (troubles().outage === 'all') {
      request.socket.destroy();
      return;
    }
    if (answerAsPortal(request, response, troubles())) return;
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
    if (scripts.serve(pathname, response)) return;
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
    if (answerAsGate(request, response, context)) return;
    journal.write('page-served', { path: request.url });
    const awaitsScripts = scripts.areNamed();
    const elements = awaitsScripts ? scripts.elements(request) : '';
    const body = indexDocument({ ...settings(), awaitsScripts }, elements);
    const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
    setTimeout(() => line.send(response.writeHead(200, headers), body, false), troubles().latency).unref();
  };

  const server = certificate === undefined ? createServer(serve) : createSecureServer(certificate, serve);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (troubles().outage !== 'none' || troubles().portal !== 'none' || request.url !== streamPath) {
      socket.destroy();
      return;
    }
    streams.handleUpgrade(request, socket, head, (opened) => {
      accept(request.headers.origin ?? '', (events) => openWire(opened, () => troubles().latency, events));
    });
  });
  return server;
}
