import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { openClient } from './client.ts';
import type { Version } from './flags.ts';
import { type StandIn, VERSIONS } from './stand-in.ts';

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
    const flaw = flawOf(request, version);
    if (flaw !== undefined) return socket.end(`HTTP/1.1 ${flaw}\r\nconnection: close\r\n\r\n`);
    return sockets.handleUpgrade(request, socket, head, (client) => openClient(standIn, client));
  });
  await new Promise<void>((resolve) => server.listen(flags.port, flags.host, resolve));
  process.stderr.write(`$time=0 $scope=app $level=note $msg="server running" address=${address()}\n`);
}

function answers(address: string, version: Version): Readonly<Record<string, unknown>> {
  const self = {
    Browser: 'Lightpanda/1.0',
    'Protocol-Version': '1.3',
    'User-Agent': 'Lightpanda/1.0',
    'Lightpanda-Version': VERSIONS[version],
    webSocketDebuggerUrl: `ws://${address}/`,
  };
  return { '/json/version': self, '/json': [], '/json/list': [], '/json/protocol': {} };
}

function flawOf({ headers, url = '' }: IncomingMessage, version: Version): string | undefined {
  if (headers.origin !== undefined) return '403 Origin not allowed';
  if (!/^(\d+\.){3}\d+(:\d+)?$|^\[/.test(headers.host ?? '')) return '403 Host not allowed';
  const path = version === 'oct' ? url.split('?')[0] : url;
  return path === '/' ? undefined : '404 Not Found';
}
