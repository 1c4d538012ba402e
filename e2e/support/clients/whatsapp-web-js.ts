import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type whatsapp from 'whatsapp-web.js';
import { first, number, type Stage, until } from './stage.ts';

type Library = typeof whatsapp;
type Client = InstanceType<Library['Client']>;

/** Which library, and where it stores its session and its page. */
export interface Variant {
  readonly library: string;
  readonly cache: 'none' | 'local';
  readonly auth: 'local' | 'remote';
}

/** The journey of whatsapp-web.js, or a fork of it, with one account. */
export async function whatsappWebJs(stage: Stage, { library, cache, auth }: Variant): Promise<void> {
  const { simulator, folder, executable, step } = stage;
  const { Client, LocalAuth, RemoteAuth } = stage.load<Library>(library);
  const data = join(folder, 'data');
  const kept = join(folder, 'kept.zip');
  let isKept = false;
  const store = {
    sessionExists: async () => isKept,
    async save({ session }: { session: string }) {
      await copyFile(join(data, `${session}.zip`), kept).catch(() => copyFile(`${session}.zip`, kept));
      isKept = true;
    },
    extract: ({ path }: { path: string }) => copyFile(kept, path),
    async delete() {
      isKept = false;
    },
  };

  function make(options: object = {}): { readonly client: Client; readonly codes: string[] } {
    const authStrategy =
      auth === 'local'
        ? new LocalAuth({ dataPath: data })
        : new RemoteAuth({ store: store as never, backupSyncIntervalMs: 60_000, dataPath: data });
    const client = new Client({
      authStrategy,
      webVersionCache: cache === 'none' ? { type: 'none' } : { type: 'local', path: join(folder, 'cache') },
      takeoverOnConflict: true,
      takeoverTimeoutMs: 100,
      puppeteer: { executablePath: executable, args: [...stage.args] },
      ...options,
    });
    const codes: string[] = [];
    client.on('qr', (qr) => codes.push(qr));
    return { client, codes };
  }

  async function start({ client }: { readonly client: Client }): Promise<void> {
    const ready = first(client, 'ready');
    void client.initialize();
    await ready;
    if (client.info.wid.user !== number) throw new Error(`Ready as ${client.info.wid.user}`);
  }

  const linked = make();
  linked.client.on('qr', stage.scan);
  const saved = auth === 'remote' ? first(linked.client, 'remote_session_saved', 150_000) : undefined;
  await start(linked);
  step('link');

  simulator.trouble({ outage: 'socket' });
  await until('offline', async () => (await linked.client.getState()) !== 'CONNECTED');
  await stage.online(() => simulator.trouble({ outage: 'none' }));
  await until('online', async () => (await linked.client.getState()) === 'CONNECTED');
  step('offline');

  await stage.online(() => simulator.replace(stage.device()));
  step('conflict');

  await saved;
  await end(linked.client);
  // Without the folder, the library must restore its session from the store, as on another machine.
  if (auth === 'remote') await rm(join(data, 'RemoteAuth'), { recursive: true, force: true });
  const restarted = make();
  await start(restarted);
  if (restarted.codes.length > 0) throw new Error('A restored session was shown a code.');
  step('restart');

  const disconnected = first(restarted.client, 'disconnected');
  simulator.phone.unlink(stage.device());
  if ((await disconnected) !== 'LOGOUT') throw new Error(`After the unlink, the client reported ${await disconnected}`);
  await first(restarted.client, 'qr');
  step('unlink');
  // If the client ended while the library injects itself again, it would leave an unhandled rejection.
  await until('bound', () => restarted.client.pupPage?.evaluate("'onLogoutEvent' in globalThis"));
  await end(restarted.client);

  const coded = make({ pairWithPhoneNumber: { phoneNumber: number } });
  coded.client.on('code', (code: string) => void simulator.phone.enterCode(code));
  // Versions without the option `pairWithPhoneNumber` get the request once they show a QR code.
  coded.client.once('qr', async () => void simulator.phone.enterCode(await coded.client.requestPairingCode(number)));
  await start(coded);
  step('link code');

  await coded.client.logout();
  await until('logged out', () => simulator.devices().length === 0);
  step('logout');
}

/** Ends a client. One fork of the library starts again after `destroy`, and has `stop` to end. */
async function end(client: Client & { stop?(): Promise<void> }): Promise<void> {
  await (client.stop === undefined ? client.destroy() : client.stop());
}
