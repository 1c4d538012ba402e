import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Account, createAccounts, type Device, defaultAccount } from './backend/accounts.ts';
import { createBackend } from './backend/backend.ts';
import { makeCertificate } from './backend/certificate.ts';
import { createSite } from './backend/site.ts';
import { type SimulatorClock, systemClock } from './clock.ts';
import { createControl } from './control/control.ts';
import { createJournal, type JournalEntry, type WaitOptions } from './journal.ts';
import { createPhone, type Phone } from './phone/phone.ts';
import { noTroubles, pageTroubles, type Troubles } from './troubles.ts';

/** How a simulator is started. */
export interface SimulatorOptions {
  /** Port of the page; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Port of the control API; 0 takes a free one. @default 0 */
  readonly controlPort?: number;
  /** Address both listen on. The control API answers to this name and to loopback names alone. @default '127.0.0.1' */
  readonly host?: string;
  /** Serve the page over HTTPS with a certificate signed by itself. @default false */
  readonly https?: boolean;
  /** How many times faster than real time all waiting goes. @default 1 */
  readonly speed?: number;
  /** Where refs, nonces and codes come from. @default node:crypto's randomBytes */
  readonly random?: (size: number) => Buffer;
  /** Where time comes from. @default the machine's clock, run at `speed` */
  readonly clock?: SimulatorClock;
  /** The accounts that exist; the first one is meant where a call names none. @default one, 447700900000 */
  readonly accounts?: readonly Account[];
  /** Devices that are linked already, as `devices()` of an earlier simulator gave them. @default none */
  readonly linked?: readonly Device[];
  /** What goes wrong from the start. @default nothing */
  readonly troubles?: Partial<Troubles>;
  /** Version the page says it has. @default '2.3000.1048032155' */
  readonly version?: string;
}

/** WhatsApp Web, offline. */
export interface Simulator {
  /** Where the page is. */
  readonly url: string;
  /** Base of the control API. */
  readonly control: string;
  readonly phone: Phone;
  accounts(): readonly Account[];
  addAccount(account: Account): void;
  /** Everything needed to start another simulator that knows the same devices. */
  devices(): readonly Device[];
  troubles(): Troubles;
  /** Switches troubles on or off at once; names that are left out stay as they are. */
  trouble(patch: Partial<Troubles>): Troubles;
  /** Makes every page that shows a code draw it anew with another secret, for the same ref. */
  rotateSecrets(): void;
  /** Ends a device's connection as if the same device had connected from elsewhere; false when it is not online. */
  replace(device: string): boolean;
  log(): readonly JournalEntry[];
  on(listener: (entry: JournalEntry) => void): () => void;
  waitFor(wanted: string | ((entry: JournalEntry) => boolean), options?: WaitOptions): Promise<JournalEntry>;
  /** Ends all connections and frees the ports. May be called twice. */
  close(): Promise<void>;
}

/** Starts page, backend and phone. Rejects when a port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const {
    port = 0,
    controlPort = 0,
    host = '127.0.0.1',
    https = false,
    speed = 1,
    version = '2.3000.1048032155',
  } = options;
  const { clock = systemClock(speed), random = randomBytes, accounts: first = [defaultAccount], linked = [] } = options;
  if (!(speed > 0)) throw new RangeError(`The speed has to be above 0; it is ${speed}.`);
  let current: Troubles = { ...noTroubles, ...options.troubles };
  const troubles = (): Troubles => current;
  const journal = createJournal(clock);
  const accounts = createAccounts(first, linked);
  const context = { clock, random, journal, accounts, troubles };
  const backend = createBackend(context);
  const phone = createPhone({ accounts, backend, journal, troubles });

  function trouble(patch: Partial<Troubles>): Troubles {
    const before = current;
    current = { ...current, ...patch };
    journal.write('troubles-changed', patch);
    backend.troublesChanged(before, current);
    return current;
  }

  const certificate = https ? await makeCertificate() : undefined;
  const settings = () => {
    const { qrForm, linkCodeShownOn } = current;
    return { version, speed: clock.speed, qrForm, linkCodeShownOn, troubles: pageTroubles(current) };
  };
  const site = createSite({ ...context, certificate, settings, accept: backend.accept });
  const { rotateSecrets, replace } = backend;
  const control = createControl({ phone, accounts, journal, troubles, trouble, rotateSecrets, replace }, host);
  const closeSite = await listen(site, port, host);
  const closeControl = await listen(control, controlPort, host).catch(async (error: unknown) => {
    await closeSite();
    throw error;
  });

  return {
    url: `${https ? 'https' : 'http'}://${host}:${portOf(site)}/`,
    control: `http://${host}:${portOf(control)}`,
    phone,
    accounts: accounts.list,
    addAccount: accounts.add,
    devices: () => accounts.devices(),
    troubles,
    trouble,
    rotateSecrets,
    replace,
    log: journal.entries,
    on: journal.on,
    waitFor: journal.waitFor,
    async close() {
      journal.close();
      await Promise.all([closeSite(), closeControl()]);
    },
  };
}

/** Starts listening; returns what closes the server and every connection it has. */
async function listen(server: Server, port: number, host: string): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    return closed;
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
