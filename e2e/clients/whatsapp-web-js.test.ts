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
  // The library injects itself a second time when the address is tidied after a logout, and the two collide at times,
  // in a promise that nobody awaits. That is its own matter, and none of what is asked here.
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

/** Resolves with the first value of an event; rejects when the client says that it will not come. */
async function first(client: Client, event: string): Promise<unknown> {
  const signal = AbortSignal.timeout(60_000);
  const [value] = await once(client, event, { signal });
  return value;
}

/** Waits until the library has finished injecting itself; ended in the midst of it, it leaves a rejection behind. */
async function untilBound(client: Client): Promise<void> {
  const heard = first(client, 'loading_screen');
  await client.pupPage?.evaluate(`
    setInterval(() => require('WAWebCmd').Cmd.trigger('offline_progress_update_from_bridge'), 50);
    undefined;
  `);
  await heard;
}

describe('the unmodified whatsapp-web.js', () => {
  it('is given a code, is linked by it, and becomes ready as the right user', async () => {
    const client = makeClient();
    const qr = first(client, 'qr');
    const ready = first(client, 'ready');
    void client.initialize();
    expect(await simulator.phone.scan(String(await qr))).toMatchObject({ ok: true });
    await ready;
    expect(client.info.wid._serialized).toBe('447700900000@c.us');
    await client.destroy();
  });

  it('becomes ready again from its own folder, without a code', async () => {
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
    if (running === undefined) throw new Error('The client of the test before is gone.');
    const disconnected = first(running, 'disconnected');
    const [device] = simulator.phone.devices();
    expect(simulator.phone.unlink(device?.id ?? '')).toBe(true);
    expect(await disconnected).toBe('LOGOUT');
    expect(await first(running, 'qr')).toMatch(/^2@/);
    await untilBound(running);
    await running.destroy();
  });

  it('is linked by a code that is typed on the phone', async () => {
    const client = makeClient({ pairWithPhoneNumber: { phoneNumber: '447700900000' } });
    const code = first(client, 'code');
    const ready = first(client, 'ready');
    void client.initialize();
    expect(await simulator.phone.enterCode(String(await code))).toMatchObject({ ok: true });
    await ready;
    expect(client.info.wid._serialized).toBe('447700900000@c.us');
  });
});
