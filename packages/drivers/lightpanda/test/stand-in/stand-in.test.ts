import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { binaries } from '../binaries.ts';
import { openRawPage, type RawLightpanda, startRaw } from '../raw-client.ts';
import { behaviourOf } from './behaviour.ts';
import { versions } from './versions.ts';

/**
 * Each test runs on the stand-ins, and on the real binaries of this machine: a stand-in does what its original does.
 * The files in `behaviour` were recorded from the real binaries.
 */
describe.each(await binaries())('$on', ({ version, executable }) => {
  let raw: RawLightpanda;
  beforeAll(async () => {
    raw = await startRaw(executable);
  });
  afterAll(() => raw.end());

  it.runIf(versions.some((known) => known === version))('does what is recorded of its version', async () => {
    const text = `${JSON.stringify(await behaviourOf(executable), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`behaviour/${version}.txt`);
  });

  it('answers the HTTP requests that Lightpanda answers, and no others', async () => {
    const json = async (path: string) => (await fetch(`http://${raw.address}${path}`)).json();
    const self = { 'Lightpanda-Version': version, webSocketDebuggerUrl: `ws://${raw.address}/` };
    expect(await json('/json/version')).toMatchObject(self);
    expect(await json('/json/list')).toEqual([]);
    expect((await fetch(`http://${raw.address}/json/new`)).status).toBe(404);
  });

  it.each([
    ['an origin', (address: string) => `ws://${address}/`, { origin: 'http://site.test' }],
    ['a host with another name', (address: string) => `ws://${address}/`, { host: 'site.test' }],
    ['another path', (address: string) => `ws://${address}/devtools`, {}],
  ])('refuses a connection with %s', async (_, url, headers) => {
    const socket = new WebSocket(url(raw.address), { headers });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/40[34]/);
  });

  it.each([
    [1009, 'a message over its limit', 'x'.repeat(1024 * 1024 + 1)],
    [1002, 'a message that is no JSON', 'nonsense'],
  ])('closes the connection with code %d on %s', async (code, _, message) => {
    const socket = new WebSocket(`ws://${raw.address}/`);
    await once(socket, 'open');
    socket.send(message);
    expect((await once(socket, 'close'))[0]).toBe(code);
  });

  it('announces a page that does not exist to a client that turns on auto-attach', async () => {
    const socket = new WebSocket(`ws://${raw.address}/`);
    await once(socket, 'open');
    const params = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
    const told = new Promise((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.method === 'Target.attachedToTarget') resolve(message.params.sessionId);
      });
    });
    socket.send(JSON.stringify({ id: 1, method: 'Target.setAutoAttach', params }));
    expect(await told).toBe('STARTUP');
    socket.terminate();
  });

  it('ends the data of a page with its connection', async () => {
    const first = await openRawPage(raw.address);
    await first.send('Storage.setCookies', { cookies: [{ name: 'a', value: 'b', url: 'http://one.test/' }] });
    await first.close();
    const second = await openRawPage(raw.address);
    expect(await second.send('Storage.getCookies')).toEqual({ cookies: [] });
    await second.close();
  });
});
