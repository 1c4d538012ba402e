import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Account, createAccounts, type Device, defaultAccount } from './backend/accounts.ts';
import { createBackend } from './backend/backend.ts';
import { makeCertificate } from './backend/certificate.ts';
import { createSite } from './backend/site.ts';
import type { Fallback } from './backend/traffic/fallbacks.ts';
import type { DeviceRatchets } from './backend/traffic/report.ts';
import { startedTraffic, type TrafficOptions } from './backend/traffic/traffic.ts';
import { type SimulatorClock, systemClock } from './clock.ts';
import { createControl } from './control/control.ts';
import { createJournal, type JournalEntry, type WaitOptions } from './journal.ts';
import { createPhone, type Phone } from './phone/phone.ts';
import { noTroubles, pageTroubles, type Troubles } from './troubles.ts';

/** Options of `startSimulator`. */
export interface SimulatorOptions {
  /** Port of the page; 0 selects a free port. @default 0 */
  readonly port?: number;
  /** Port of the control API; 0 selects a free port. @default 0 */
  readonly controlPort?: number;
  /**
   * Address at which page and control API listen. The control API answers only to this name and to loopback names.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /** Whether to serve the page over HTTPS with a self-signed certificate. @default false */
  readonly https?: boolean;
  /** How many times faster than real time the simulated time runs. @default 1 */
  readonly speed?: number;
  /** Source of random bytes for refs, nonces and codes. @default node:crypto's randomBytes */
  readonly random?: (size: number) => Buffer;
  /** Source of time. @default the machine's clock, `speed` times as fast */
  readonly clock?: SimulatorClock;
  /** The accounts that exist. Calls that name no account use the first. @default one, 447700900000 */
  readonly accounts?: readonly Account[];
  /** Devices that are linked from the start, as `devices()` of an earlier simulator returned them. @default none */
  readonly linked?: readonly Device[];
  /** The troubles that are on from the start. @default none */
  readonly troubles?: Partial<Troubles>;
  /** The messages that flow from the start. @default none */
  readonly traffic?: TrafficOptions;
  /** Version that the page reports. @default '2.3000.1048032155' */
  readonly version?: string;
}

/** A running simulator: WhatsApp Web, offline. */
export interface Simulator {
  /** URL of the page. */
  readonly url: string;
  /** Base URL of the control API. */
  readonly control: string;
  readonly phone: Phone;
  accounts(): readonly Account[];
  addAccount(account: Account): void;
  /** Returns the linked devices, for the option `linked` of another simulator. */
  devices(): readonly Device[];
  troubles(): Troubles;
  /** Switches troubles on or off at once; troubles that the patch does not name stay as they are. */
  trouble(patch: Partial<Troubles>): Troubles;
  /** Makes every page that shows a code draw it again with another secret, for the same ref. */
  rotateSecrets(): void;
  /**
   * Ends a device's connection as if the device had connected from elsewhere; returns false if the device is not
   * online.
   */
  replace(device: string): boolean;
  /**
   * Changes how many messages flow between the linked devices of an account and those with whom they write: the phone,
   * three peers and a group. Returns the options that hold now. Throws a RangeError for an unknown account or a wrong
   * number.
   */
  traffic(options: TrafficOptions): Required<TrafficOptions>;
  /** Returns what each linked device held when it connected, and by how many messages that was too old. */
  ratchets(account?: string): readonly DeviceRatchets[];
  /** Returns which devices wrote from an older state than they had shown. */
  fallbacks(account?: string): readonly Fallback[];
  log(): readonly JournalEntry[];
  on(listener: (entry: JournalEntry) => void): () => void;
  waitFor(wanted: string | ((entry: JournalEntry) => boolean), options?: WaitOptions): Promise<JournalEntry>;
  /** Ends all connections and frees the ports. May be called twice. */
  close(): Promise<void>;
}

/** Starts page, backend and phone. Rejects if a port is in use. */
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
  if (!(speed > 0)) throw new RangeError(`The option speed must be greater than 0; it is ${speed}.`);
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

  const traffic = (asked: TrafficOptions): Required<TrafficOptions> => startedTraffic(backend.traffic, accounts, asked);
  if (options.traffic !== undefined) traffic(options.traffic);

  const certificate = https ? await makeCertificate() : undefined;
  const settings = () => {
    const { qrForm, linkCodeShownOn } = current;
    return { version, speed: clock.speed, qrForm, linkCodeShownOn, troubles: pageTroubles(current) };
  };
  const site = createSite({ ...context, certificate, settings, accept: backend.accept });
  const { rotateSecrets, replace } = backend;
  const controls = { phone, accounts, journal, troubles, trouble, rotateSecrets, replace, traffic };
  const control = createControl({ ...controls, flow: backend.traffic }, host);
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
    traffic,
    ratchets: backend.traffic.ratchets,
    fallbacks: backend.traffic.fallbacks,
    log: journal.entries,
    on: journal.on,
    waitFor: journal.waitFor,
    async close() {
      backend.traffic.close();
      journal.close();
      await Promise.all([closeSite(), closeControl()]);
    },
  };
}

/** Starts to listen; returns a function that closes the server and all its connections. */
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
