import { once } from 'node:events';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import whatsapp from 'whatsapp-web.js';
import { chromiumPath, quietArgs, siteArgs } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';

type Client = InstanceType<typeof whatsapp.Client>;

let simulator: Simulator;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let running: Client | undefined;

beforeAll(async () => {
  // After a logout the page removes parameters from its address, and then the library injects itself a second time. The two
  // injections sometimes collide, in a promise that nobody awaits. This test is not about that fault of the library, so the
  // simulator leaves the parameters in the address.
  simulator = await startSimulator({ https: true, troubles: { keepLogoutParameters: true } });
  folder = await makeFolder();
});

afterAll(async () => {
  await running?.destroy();
  await simulator.close();
  await folder.remove();
});

function makeClient(options: Partial<whatsapp.ClientOptions> = {}): Client {
  running = new whatsapp.Client({
    ...options,
    authStrategy: new whatsapp.LocalAuth({ dataPath: folder.path }),
    webVersionCache: { type: 'none' },
    puppeteer: { executablePath: chromiumPath(), args: [...quietArgs, ...siteArgs(simulator.url)] },
  });
  return running;
}

/** Resolves with the first value of an event. Rejects after a minute. */
async function first(client: Client, event: string): Promise<unknown> {
  const signal = AbortSignal.timeout(60_000);
  const [value] = await once(client, event, { signal });
  return value;
}

/** Waits until the library has finished injecting itself. A client that ends before that leaves an unhandled rejection. */
async function untilBound(client: Client): Promise<void> {
  const heard = first(client, 'loading_screen');
  await client.pupPage?.evaluate(`
    setInterval(() => require('WAWebCmd').Cmd.trigger('offline_progress_update_from_bridge'), 50);
    undefined;
  `);
  await heard;
}

describe('the unmodified whatsapp-web.js', () => {
  it('gets a code, links by it, and becomes ready as the right user', async () => {
    const client = makeClient();
    const qr = first(client, 'qr');
    const ready = first(client, 'ready');
    void client.initialize();
    expect(await simulator.phone.scan(String(await qr))).toMatchObject({ ok: true });
    await ready;
    expect(client.info.wid._serialized).toBe('447700900000@c.us');
    await client.destroy();
  });

  it('resumes from its own folder, without a code', async () => {
    const client = makeClient();
    const codes: string[] = [];
    client.on('qr', (qr) => codes.push(qr));
    const ready = first(client, 'ready');
    void client.initialize();
    await ready;
    expect(codes).toEqual([]);
    expect(client.info.wid._serialized).toBe('447700900000@c.us');
  });

  it('reports the logout when the phone unlinks it', async () => {
    if (running === undefined) throw new Error('The previous test left no running client.');
    const disconnected = first(running, 'disconnected');
    const [device] = simulator.phone.devices();
    expect(simulator.phone.unlink(device?.id ?? '')).toBe(true);
    expect(await disconnected).toBe('LOGOUT');
    expect(await first(running, 'qr')).toMatch(/^2@/);
    await untilBound(running);
    await running.destroy();
  });

  it('links by a code that a person types on the phone', async () => {
    const client = makeClient({ pairWithPhoneNumber: { phoneNumber: '447700900000' } });
    const code = first(client, 'code');
    const ready = first(client, 'ready');
    void client.initialize();
    expect(await simulator.phone.enterCode(String(await code))).toMatchObject({ ok: true });
    await ready;
    expect(client.info.wid._serialized).toBe('447700900000@c.us');
  });
});
