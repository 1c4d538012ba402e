import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Returns another origin of this same server: a different name of this machine than the one in the request. */
export function otherOrigin({ headers: { host = '' }, socket }: IncomingMessage): string {
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  const name = host.startsWith('localhost') ? '127.0.0.1' : 'localhost';
  return `${scheme}://${name}:${socket.localPort}`;
}
