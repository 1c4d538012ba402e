import { request as askFor, createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A server in front of the simulator, which returns hostile answers on command. */
export interface Front {
  readonly url: string;
  /** Another origin of the same server, with a copy of the page and a portal. */
  readonly elsewhere: string;
  /** The hostile answers to the next requests for the document, in order. */
  readonly next: Answer[];
  close(): Promise<void>;
}

/** The name of a hostile answer. */
export type Answer = keyof typeof answers;

/** Starts the server on the loopback device. */
export async function startFront(simulatorUrl: string): Promise<Front> {
  const target = new URL(simulatorUrl);
  const next: Answer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const isDocument = new URL(request.url ?? '/', target).pathname === '/';
    const hostile = isDocument ? next.shift() : undefined;
    const forward = (edit?: (page: string) => string) => {
      const onward = askFor(new URL(request.url ?? '/', target), { method: request.method, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const page = Buffer.concat(chunks).toString();
          const { location, 'content-type': type = 'text/html' } = answer.headers;
          const headers = { 'content-type': type, 'cache-control': 'no-store', ...(location && { location }) };
          response.writeHead(answer.statusCode ?? 502, headers).end(edit?.(page) ?? page);
        });
      });
      onward.on('error', () => response.destroy());
      onward.end();
    };
    if (hostile === undefined) forward();
    else answers[hostile](response, forward);
  });
  // The page's WebSocket to the service passes unchanged.
  server.on('upgrade', (request, socket, head) => {
    const line = connect(Number(target.port), target.hostname, () => {
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
      line.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      line.write(head);
      line.pipe(socket).pipe(line);
    });
    for (const one of [line, socket]) one.on('error', () => [line, socket].map((each) => each.destroy()));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    elsewhere: `http://localhost:${port}/`,
    next,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Forward = (edit?: (page: string) => string) => void;

const page = (response: ServerResponse, status: number, body: string) =>
  response.writeHead(status, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(body);

const portalPage = '<!doctype html><title>Wi-Fi</title><form><input name="room"><button>Connect</button></form>';

/** All hostile answers to a request for the document. */
const answers = {
  portal: (response) => page(response, 200, portalPage),
  'portal-511': (response) => page(response, 511, portalPage),
  empty: (response) => page(response, 200, ''),
  'not-found': (response) => page(response, 404, 'Not found'),
  unavailable: (response) => page(response, 503, '<h1>Service Unavailable</h1>'),
  'unavailable-page': (_, forward) => forward((body) => body.replace(/<script>[\s\S]*<\/script>/, '')),
  redirect: (response) => response.writeHead(302, { location: '/?post_logout=1&logout_reason=7' }).end(),
  'redirect-away': (response, _) => response.writeHead(302, { location: '/portal?post_logout=1' }).end(),
  'script-redirect': (response) => page(response, 200, '<script>location.href = "/?post_logout=1"</script>'),
  'without-scripts': (_, forward) => forward((body) => body.replaceAll(/<script>[\s\S]*?<\/script>/g, '')),
  'scripts-fail': (_, forward) =>
    forward((body) => body.replace(/<script>[\s\S]*<\/script>/, '<script src="/static/none.js"></script>')),
  'pushes-address': (_, forward) =>
    forward((body) => `${body}<script>history.pushState(null, '', '/?post_logout=1&logout_reason=5')</script>`),
  'fires-event': (_, forward) => forward((body) => `${body}<script>${fireLater}</script>`),
  cut: (response) => response.destroy(),
  'cut-short': (response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100000' });
    response.write('<!doctype html><html id="whatsapp-web">');
    setTimeout(() => response.destroy(), 200).unref();
  },
  slow: (_, forward) => void setTimeout(forward, 1_500).unref(),
} as const satisfies Record<string, (response: ServerResponse, forward: Forward) => unknown>;

/** The names of all hostile answers. */
export const answerNames = Object.keys(answers) as readonly Answer[];

/** Makes the page announce a logout again and again, also while the device is still linked. */
const fireLater = `setInterval(() => { try {
  const { Cmd } = require('WAWebCmd'); Cmd.trigger('logout'); Cmd.trigger('logout_from_bridge');
} catch { /* The modules are not there yet. */ } }, 300)`;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
