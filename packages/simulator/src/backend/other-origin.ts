import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Another origin that reaches this same server: by another name of this machine than the page came by. */
export function otherOrigin({ headers: { host = '' }, socket }: IncomingMessage): string {
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  const name = host.startsWith('localhost') ? '127.0.0.1' : 'localhost';
  return `${scheme}://${name}:${socket.localPort}`;
}
