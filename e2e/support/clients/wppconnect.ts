import { join } from 'node:path';
import { number, type Stage, until } from './stage.ts';

interface Client {
  readonly page: { evaluate(source: string): Promise<unknown> };
  useHere(): Promise<unknown>;
  logout(): Promise<unknown>;
  close(): Promise<unknown>;
}

interface Library {
  create(options: object): Promise<Client>;
}

const state = "require('WAWebSocketModel').Socket.state";
const isReady = `${state} === 'CONNECTED' && require('WAWebSocketModel').Socket.hasSynced === true`;

/** The journey of wppconnect with one account. */
export async function wppconnect(stage: Stage): Promise<void> {
  const { simulator, folder, executable, args, step } = stage;
  const { create } = stage.load<Library>('@wppconnect-team/wppconnect');
  const codes: string[] = [];
  const statuses: string[] = [];
  const start = (options: object = {}) =>
    create({
      session: 'main',
      folderNameToken: join(folder, 'tokens'),
      catchQR: (_picture: string, _ascii: string, _attempt: number, code: string) => {
        codes.push(code);
        stage.scan(code);
      },
      statusFind: (status: string) => statuses.push(status),
      headless: true,
      useChrome: false,
      updatesLog: false,
      disableWelcome: true,
      logQR: false,
      autoClose: 0,
      browserArgs: [...args],
      puppeteerOptions: { executablePath: executable },
      ...options,
    });

  const client = await start();
  await until('ready', () => client.page.evaluate(isReady));
  step('link');

  simulator.trouble({ outage: 'socket' });
  await until('offline', () => client.page.evaluate(`${state} !== 'CONNECTED'`));
  await stage.online(() => simulator.trouble({ outage: 'none' }));
  step('offline');

  simulator.replace(stage.device());
  await until('conflict', () => client.page.evaluate(`${state} === 'CONFLICT'`));
  await stage.online(() => void client.useHere());
  step('conflict');

  await client.close();
  codes.length = 0;
  const restarted = await start();
  await until('ready', () => restarted.page.evaluate(isReady));
  if (codes.length > 0) throw new Error('A restored session was shown a code.');
  step('restart');

  statuses.length = 0;
  simulator.phone.unlink(stage.device());
  await until('unlinked', () => statuses.includes('disconnectedMobile'));
  step('unlink');
  await restarted.close();

  const coded = await start({
    session: 'coded',
    phoneNumber: number,
    catchLinkCode: (code: string) => void simulator.phone.enterCode(code),
  });
  await until('ready', () => coded.page.evaluate(isReady));
  step('link code');

  // The page navigates away during the call, so the call rejects.
  await coded.logout().catch(() => undefined);
  await until('logged out', () => simulator.devices().length <= 1 && !simulator.phone.devices().some((d) => d.online));
  step('logout');
  await coded.close().catch(() => undefined);
}
