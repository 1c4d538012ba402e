import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { openClient } from './client.ts';
import type { StandIn } from './stand-in.ts';
import type { Version } from './versions.ts';

/** Listens as `lightpanda serve` does, and writes its address to the log. */
export async function serve(standIn: StandIn): Promise<void> {
  const { flags, version } = standIn;
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    const answer = request.method === 'GET' ? answers(address(), version)[request.url ?? ''] : undefined;
    if (answer === undefined) return response.writeHead(404).end('Not found');
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const address = () => `${flags.host}:${(server.address() as AddressInfo).port}`;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: flags.maxMessage, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    const flaw = flawOf(request);
    if (flaw !== undefined) return socket.end(`HTTP/1.1 ${flaw}\r\nconnection: close\r\n\r\n`);
    return sockets.handleUpgrade(request, socket, head, (client) => openClient(standIn, client));
  });
  await new Promise<void>((resolve) => server.listen(flags.port, flags.host, resolve));
  process.stderr.write(
    `$time=0 $scope=note $level=note $msg="server running" address=${address()} max_connections=16208 max_browser_connections=16\n`,
  );
}

function answers(address: string, version: Version): Readonly<Record<string, unknown>> {
  const self = {
    Browser: 'Lightpanda/1.0',
    'Protocol-Version': '1.3',
    'User-Agent': 'Lightpanda/1.0',
    'Lightpanda-Version': version,
    webSocketDebuggerUrl: `ws://${address}/`,
  };
  return { '/json/version': self, '/json': [], '/json/list': [], '/json/protocol': {} };
}

function flawOf({ headers, url = '' }: IncomingMessage): string | undefined {
  if (headers.origin !== undefined) return '403 Origin not allowed';
  if (!/^((\d+\.){3}\d+|localhost)(:\d+)?$|^\[/.test(headers.host ?? '')) return '403 Host not allowed';
  return url.split('?')[0] === '/' ? undefined : '404 Not Found';
}
