// The package has no types of its own.
/// <reference path="../../src/chrome-remote-interface.d.ts" />
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import connect, { type Client } from 'chrome-remote-interface';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { standInBinary } from './binary.ts';

/** The behaviour of the real Lightpanda, from facts/lightpanda.md §1 and §2. */
describe.each(['aug', 'oct'] as const)('the stand-in for Lightpanda in %s', (version) => {
  let folder: string;
  let child: ChildProcess;
  let address: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stand-in-test-'));
    child = spawn(await standInBinary({ version }), ['serve', '--port', '0'], {
      env: { TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [line] = (await once(createInterface(child.stderr as NonNullable<typeof child.stderr>), 'line')) as [string];
    address = /address=(\S+)/.exec(line)?.[1] ?? '';
  });
  afterAll(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );
  const onConnection = async (work: (client: Client) => Promise<void>) => {
    const client = await connect({ target: `ws://${address}/`, local: true });
    await work(client).finally(() => client.close());
  };

  it('answers the HTTP requests that Lightpanda answers, and no others', async () => {
    const json = async (path: string) => (await fetch(`http://${address}${path}`)).json();
    expect(await json('/json/version')).toMatchObject({ webSocketDebuggerUrl: `ws://${address}/` });
    expect(await json('/json/list')).toEqual([]);
    expect((await fetch(`http://${address}/json/new`)).status).toBe(404);
  });

  it.each([
    ['an origin', () => `ws://${address}/`, { origin: 'http://site.test' }],
    ['a host with a name', () => `ws://localhost:${address.split(':')[1]}/`, {}],
    ['another path', () => `ws://${address}/devtools`, {}],
  ])('refuses a connection with %s', async (_, url, headers) => {
    const socket = new WebSocket(url(), { headers });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/40[34]/);
  });

  it('closes the connection with code 1009 on a message over its limit', async () => {
    const socket = new WebSocket(`ws://${address}/`);
    await once(socket, 'open');
    socket.send('x'.repeat(1024 * 1024 + 1));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  it('refuses methods that Lightpanda does not have, with the message of its version', async () => {
    await onConnection(async (client) => {
      const unknown = await refusal(client.send('DOMStorage.enable', {}));
      expect(String(unknown)).toContain(version === 'aug' ? 'UnknownDomain' : "'DOMStorage.enable' wasn't found");
      expect(String(await refusal(client.send('Browser.close', {})))).toContain(
        version === 'aug' ? 'UnknownMethod' : 'found',
      );
      expect(await client.send('Browser.getVersion', {})).toMatchObject({ product: 'Chrome/124.0.6367.29' });
    });
  });

  it('allows one context and one page, and handles cookies as Lightpanda does', async () => {
    await onConnection(async (client) => {
      const { browserContextId } = (await client.send('Target.createBrowserContext', {})) as {
        browserContextId: string;
      };
      expect(String(await refusal(client.send('Target.createBrowserContext', {})))).toContain(
        'more than one browser context',
      );
      const { targetId } = (await client.send('Target.createTarget', { url: 'about:blank', browserContextId })) as {
        targetId: string;
      };
      expect(String(await refusal(client.send('Target.createTarget', { url: 'about:blank' })))).toContain(
        'TargetAlreadyLoaded',
      );
      const { sessionId } = (await client.send('Target.attachToTarget', { targetId, flatten: true })) as {
        sessionId: string;
      };
      const cookie = { name: 'a', value: 'b', url: 'http://one.test/' };
      const set = (more: object) => client.send('Storage.setCookies', { cookies: [{ ...cookie, ...more }] }, sessionId);
      expect(String(await refusal(set({ sameParty: false })))).toContain('NotImplemented');
      await set({ expires: -1 });
      expect(await client.send('Storage.getCookies', {}, sessionId)).toEqual({ cookies: [] });
      await set({});
      expect(await client.send('Storage.getCookies', {}, sessionId)).toMatchObject({ cookies: [{ name: 'a' }] });
      expect(String(await refusal(client.send('Runtime.evaluate', { expression: '1' }, 'SID-9')))).toContain(
        'Unknown sessionId',
      );
      expect(await client.send('Runtime.evaluate', { expression: '1' }, 'STARTUP')).toEqual({});
    });
  });

  it('announces a page that does not exist to a client that turns on auto-attach', async () => {
    await onConnection(async (client) => {
      const told = new Promise((resolve) => client.on('event', ({ params }) => resolve(params)));
      await client.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
      expect(await told).toMatchObject({ sessionId: 'STARTUP' });
    });
  });
});
