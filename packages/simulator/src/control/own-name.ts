import { isIP } from 'node:net';

/**
 * Whether a request's `Host` names the server that listens at `listensAt`. A page of another site can point its own
 * name to this machine, but it cannot use this machine's name or address as its own.
 */
export function isOwnName(host: string | undefined, listensAt: string): boolean {
  if (host === undefined || /[@/?#\\]/.test(host)) return false;
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '');
  if (name === undefined) return false;
  const isLoopback = name === 'localhost' || name.endsWith('.localhost') || name === '::1' || isLoopbackV4(name);
  const isEverywhere = listensAt === '0.0.0.0' || listensAt === '::';
  return isLoopback || name === listensAt.toLowerCase() || (isEverywhere && isIP(name) !== 0);
}

function isLoopbackV4(name: string): boolean {
  return isIP(name) === 4 && name.startsWith('127.');
}
