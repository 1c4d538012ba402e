import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { first, type Stage, until } from './stage.ts';

interface Venom {
  create(options: object): Promise<{ close(): Promise<unknown>; getConnectionState(): Promise<unknown> }>;
}

/** The journey of venom-bot. */
export async function venom(stage: Stage): Promise<void> {
  const { create } = stage.load<Venom>('venom-bot');
  const statuses: string[] = [];
  const start = () =>
    create({
      session: 'main',
      mkdirFolderToken: '',
      folderNameToken: 'tokens',
      catchQR: (_picture: string, _ascii: string, _attempt: number, code: string) => stage.scan(code),
      statusFind: (status: string) => statuses.push(status),
      headless: 'new',
      browserPathExecutable: stage.executable,
      addBrowserArgs: [...stage.args],
      disableSpins: true,
      updatesLog: false,
      logQR: false,
      autoClose: 0,
    });
  const client = await start();
  stage.step('link');
  await until('successChat', () => statuses.includes('successChat'));
  stage.step('successChat');
  if ((await client.getConnectionState()) === 'CONNECTED') stage.step('state');
  await client.close();
}

interface Puppet extends EventEmitter {
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** The journey of wechaty's WhatsApp puppet. */
export async function wechaty(stage: Stage): Promise<void> {
  const { default: PuppetWhatsApp } = stage.load<{ default: new (options: object) => Puppet }>(
    'wechaty-puppet-whatsapp',
  );
  const puppeteer = { executablePath: stage.executable, args: [...stage.args] };
  const puppet = new PuppetWhatsApp({ puppeteerOptions: { puppeteer, webVersionCache: { type: 'none' } } });
  const events = new EventEmitter();
  for (const event of ['scan', 'login', 'ready', 'error']) puppet.on(event, (value) => events.emit(event, value));
  events.on('error', (error) => console.error(join('wechaty', String(JSON.stringify(error)))));
  events.on('scan', ({ qrcode }: { qrcode: string }) => stage.scan(qrcode));
  const [login, ready] = [first(events, 'login'), first(events, 'ready')];
  ready.catch(() => undefined);
  await puppet.start();
  await first(events, 'scan');
  stage.step('scan');
  await login;
  stage.step('login');
  await ready;
  stage.step('ready');
  await puppet.stop();
}
