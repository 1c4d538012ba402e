import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './expectations.js';

/** A web site on this machine, with pages for the clauses: ordinary ones, and ones that hang or fail. */
export interface Site {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly origin: string;
  /** The same site under another name: another origin, and for the browser another site. */
  readonly otherOrigin: string;
  /** An address at which no server listens. */
  readonly deadOrigin: string;
  /** The headers of the last request for a path. */
  headersOf(path: string): IncomingMessage['headers'];
  /** Resolves once a request for the path has arrived, even if the site never answers it. */
  requested(path: string): Promise<void>;
  /** Answers the waiting requests for addresses below `/gate`. If none waits, first waits for one; fails after a minute. */
  openGate(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the site at a free port. */
export async function openSite(): Promise<Site> {
  const headers = new Map<string, IncomingMessage['headers']>();
  const awaited = new Map<string, () => void>();
  const atGate: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const path = URL.parse(request.url ?? '/', 'http://site')?.pathname ?? '/';
    headers.set(path, request.headers);
    awaited.get(path)?.();
    if (path.startsWith('/gate')) return void atGate.push(response);
    const answer = ROUTES[path.split('/')[1] ?? ''] ?? ROUTES.page;
    answer?.(response, request);
  });
  const port = await listen(server);
  const dead = createServer();
  const deadPort = await listen(dead);
  await new Promise((resolve) => dead.close(resolve));

  return {
    origin: `http://127.0.0.1:${port}`,
    otherOrigin: `http://localhost:${port}`,
    deadOrigin: `http://127.0.0.1:${deadPort}`,
    headersOf: (path) => headers.get(path) ?? {},
    async openGate() {
      // A page may have loaded before its request arrives here.
      await until(() => atGate.length > 0);
      for (const response of atGate.splice(0)) response.end();
    },
    requested: (path) => (headers.has(path) ? Promise.resolve() : new Promise((resolve) => awaited.set(path, resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Route = (response: ServerResponse, request: IncomingMessage) => void;

const html =
  (text: string): Route =>
  (response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html>${text}`);
  };

const ROUTES: Readonly<Record<string, Route>> = {
  page: (response, request) => html(`<title>page</title><p>${request.url}`)(response, request),
  // The page's first script records what an init script and an exposed function have left by then.
  first: html('<script>window.atFirst = { mark: window.mark, ask: typeof window.ask };</script><p>first'),
  // A document that never ends: it is there, parsed as far as it goes, and not loaded. Without a charset, Firefox waits
  // for more of it to guess from.
  endless: (response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.write('<!doctype html><title>endless</title><p>so far');
  },
  // The document is parsed to the end, but its picture never arrives: the page reaches "dom" and never "load".
  picture: html('<title>picture</title><img src="/silent/picture">'),
  silent: () => undefined,
  empty: (response) => {
    response.statusCode = 204;
    response.end();
  },
  // The page goes to another document once the gate is open, from any fragment.
  'lead-later': html('<script>fetch("/gate").then(() => location.replace("/page/led"));</script>'),
  prompt: html('<script>fetch("/page/said", { headers: { "x-said": String(prompt("who?")) } });</script>'),
  lead: html('<script>location.replace("/page/led");</script>'),
  // One exception in a timer, one in a listener.
  throw: html(
    `<script>
      setTimeout(() => { throw new TypeError('out of order'); }, 0);
      addEventListener('load', () => { throw new TypeError('in a listener'); });
    </script>`,
  ),
  ask: html('<script>window.asked = Array.from({ length: 20 }, (_, n) => window.ask(n));</script>'),
  agent: (response, request) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.headers));
  },
  // A worker of any kind, which reports what it sees of the browser at its start.
  teller: (response) => {
    response.setHeader('content-type', 'text/javascript');
    response.end(TELLER);
  },
  worker: (response) => {
    response.setHeader('content-type', 'text/javascript');
    response.end("self.addEventListener('install', (event) => event.waitUntil(fetch('/agent/worker')));");
  },
};

const TELLER = `
const seen = [navigator.userAgent, JSON.stringify(navigator.userAgentData?.brands ?? [])];
self.onmessage = ({ source }) => (source ?? self).postMessage(seen);
self.onconnect = ({ ports: [port] }) => port.postMessage(seen);
`;

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
