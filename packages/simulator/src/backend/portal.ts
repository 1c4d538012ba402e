import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Troubles } from '../troubles.ts';
import { otherOrigin } from './other-origin.ts';

const path = '/portal';
const page = '<!doctype html><title>Welcome</title><h1>Log in to this network</h1><form><input name="room"></form>\n';

/**
 * While the trouble `portal` is on, answers every request as a login portal; returns false while the trouble is off.
 */
export function answerAsPortal(request: IncomingMessage, response: ServerResponse, { portal }: Troubles): boolean {
  if (portal === 'none') return false;
  const isThere = portal === 'page' || request.url === path;
  if (isThere) response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(page);
  else response.writeHead(302, { location: `${otherOrigin(request)}${path}`, 'cache-control': 'no-store' }).end();
  return true;
}
