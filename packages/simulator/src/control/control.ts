import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isOwnName } from './own-name.ts';
import { ControlError, readBody } from './request.ts';
import { type ControlParts, type ControlRoute, controlRoutes } from './routes.ts';

/** Creates the HTTP server of the control API. The caller starts to listen at `host`. Answers and errors are JSON. */
export function createControl(parts: ControlParts, host: string): Server {
  const routes = controlRoutes(parts);
  return createServer((request, response) => void answer({ routes, host }, request, response));
}

interface Control {
  readonly routes: Readonly<Record<string, ControlRoute>>;
  readonly host: string;
}

async function answer({ routes, host }: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    refuseForeignNames(request, host);
    refuseForeignPages(request);
    const address = URL.parse(request.url ?? '/', 'http://control');
    if (address === null) throw new ControlError(400, 'bad-address', 'The path of the request is not valid.');
    const { pathname, searchParams } = address;
    const route = routes[`${request.method} ${pathname}`];
    if (route === undefined) throw unknownRoute(routes, request.method, pathname);
    const body = request.method === 'GET' ? {} : await readBody(request);
    send(response, 200, await route(body, searchParams));
  } catch (error) {
    const { status, code, message } =
      error instanceof ControlError ? error : new ControlError(500, 'failed', `The simulator failed: ${String(error)}`);
    // The server does not read the rest of a body that is too large.
    if (status === 413) response.setHeader('connection', 'close');
    send(response, status, { error: { code, message } });
  }
}

/**
 * Refuses requests that use a foreign name of this machine, because a page of another site can point its own name here
 * (DNS rebinding).
 */
function refuseForeignNames({ headers }: IncomingMessage, host: string): void {
  if (isOwnName(headers.host, host)) return;
  const message = `The control API does not answer to the name "${headers.host}". Call it at 127.0.0.1, localhost, or the host at which it listens.`;
  throw new ControlError(403, 'foreign-name', message);
}

/** Refuses requests from pages of other sites that a browser on this machine shows. */
function refuseForeignPages({ headers }: IncomingMessage): void {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}`) return;
  throw new ControlError(
    403,
    'foreign-page',
    'The control API does not answer web pages of other sites. Call it from a program.',
  );
}

function unknownRoute(routes: Readonly<Record<string, ControlRoute>>, method = '', pathname: string): ControlError {
  const known = Object.keys(routes).join(', ');
  const isKnown = Object.keys(routes).some((route) => route.endsWith(` ${pathname}`));
  return isKnown
    ? new ControlError(405, 'wrong-method', `${pathname} does not accept ${method}. The calls are: ${known}.`)
    : new ControlError(404, 'unknown-route', `There is no call ${method} ${pathname}. The calls are: ${known}.`);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
