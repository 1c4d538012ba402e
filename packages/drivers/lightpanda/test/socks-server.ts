import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A SOCKS5 server without credentials, which leads every host to one port of this machine. */
export interface SocksServer {
  /** Such as `socks5://127.0.0.1:4000`. */
  readonly server: string;
  /** The names, with ports, to which it was asked to connect. */
  readonly asked: readonly string[];
  close(): void;
}

/** Opens the server at a free port. */
export async function openSocks(port: number): Promise<SocksServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    void serve(client, port, asked).catch(() => client.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    server: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** RFC 1928: one method without credentials, then one CONNECT to a name. */
async function serve(client: Socket, port: number, asked: string[]): Promise<void> {
  await once(client, 'data');
  client.write(Buffer.from([5, 0]));
  const [request] = (await once(client, 'data')) as [Buffer];
  // A name: its length at 4, then the name and the port.
  const end = 5 + (request[4] ?? 0);
  asked.push(request[3] === 3 ? `${request.toString('latin1', 5, end)}:${request.readUInt16BE(end)}` : 'an address');
  const upstream = connect(port, '127.0.0.1');
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
  await once(upstream, 'connect');
  client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
  client.pipe(upstream).pipe(client);
}
