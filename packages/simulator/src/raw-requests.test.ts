import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isOwnName } from './control/own-name.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.close());

/** Sends bytes unchanged; resolves with all bytes of the answer. */
async function raw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(request);
  return text(socket);
}

const head = (line: string, host: string) => `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

describe('an address that is not a valid URL', () => {
  it.each(['//', '//:0', 'http://[/'])('"%s" is refused by the page, which keeps serving', async (address) => {
    const { host } = new URL(simulator.url);
    expect(await raw(simulator.url, head(`GET ${address}`, host))).toMatch(/^HTTP\/1.1 400 /);
    expect((await fetch(simulator.url)).status).toBe(200);
  });

  it.each(['//', '//:0', 'http://[/'])('"%s" is refused by the control API, which keeps serving', async (address) => {
    const { host } = new URL(simulator.control);
    const answer = await raw(simulator.control, head(`GET ${address}`, host));
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect((await fetch(`${simulator.control}/accounts`)).status).toBe(200);
  });
});

describe('the control API under another name', () => {
  it('refuses requests, also from a page that was loaded from that name', async () => {
    const { port } = new URL(simulator.control);
    const name = `rebound.example:${port}`;
    const plain = await raw(simulator.control, head('GET /accounts', name));
    expect(plain).toMatch(/^HTTP\/1.1 403 /);
    expect(plain).toContain('"foreign-name"');
    const request = `POST /trouble HTTP/1.1\r\nHost: ${name}\r\nOrigin: http://${name}\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{"banned": true }`;
    expect(await raw(simulator.control, request)).toMatch(/^HTTP\/1.1 403 /);
    expect(simulator.troubles().banned).toBe(false);
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', 'wakey.localhost'])(
    'answers under the name %s',
    async (name) => {
      const { port } = new URL(simulator.control);
      expect(await raw(simulator.control, head('GET /accounts', `${name}:${port}`))).toMatch(/^HTTP\/1.1 200 /);
    },
  );

  it.each([
    ['simulator', 'simulator:4000', true],
    ['simulator', 'other:4000', false],
    ['0.0.0.0', '192.0.2.7:4000', true],
    ['0.0.0.0', '[2001:db8::7]:4000', true],
    ['0.0.0.0', 'rebound.example:4000', false],
    ['127.0.0.1', '192.0.2.7', false],
    ['127.0.0.1', '127.0.0.1.rebound.example', false],
    ['127.0.0.1', 'rebound.example@127.0.0.1', false],
    ['127.0.0.1', undefined, false],
  ])('that listens at %s accepts the name %s: %s', (listensAt, name, isOwn) => {
    expect(isOwnName(name, listensAt)).toBe(isOwn);
  });
});

describe('a page that sends invalid messages', () => {
  it('loses its stream, and the service keeps serving', async () => {
    const nonsense = ['', 'null', '[]', '{"type":"proof"}', '{"type":"hello","version":1}', '{"type":"unpair","id":0}'];
    for (const message of nonsense) {
      const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}ws/chat`);
      await once(socket, 'open');
      socket.send(message);
      await once(socket, 'close');
    }
    expect((await fetch(simulator.url)).status).toBe(200);
  });
});
