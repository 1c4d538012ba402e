import { chromiumProfile } from '@wakey/chromium';
import { createSession, type Log, type Session, type SessionState } from '@wakey/client';
import type { BrowserDriver, BrowserOptions, Policy, SessionStore } from '@wakey/core';
import { type LightpandaPage, lightpandaDriver } from '@wakey/driver-lightpanda';
import { playwrightDriver } from '@wakey/driver-playwright';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page as PlaywrightPage } from 'playwright-core';
import type { Page as PuppeteerPage } from 'puppeteer-core';
import { chromiumPath } from './chromium.ts';
import { makeFolder } from './folder.ts';

/** A simulator, a sessions directory, and sessions on real browsers that use both. */
export interface Rig<D extends DriverName = 'puppeteer'> {
  readonly simulator: Simulator;
  readonly sessionsDir: string;
  /** Creates a session on a real browser, without starting it. `close` stops it. */
  session<E extends DriverName = D>(options?: RigSession<E>): Session<PageOf<E>>;
  close(): Promise<void>;
}

/** Options of a session, where it differs from a plain one. */
export interface RigSession<D extends DriverName = 'puppeteer'> {
  readonly id?: string;
  readonly policy?: Partial<Policy>;
  readonly url?: string;
  readonly args?: readonly string[];
  readonly driver?: D;
  /** @default the browser's own */
  readonly userAgent?: string;
  readonly browser?: Parameters<typeof chromiumPath>[0];
  /** @default the rig's own directory */
  readonly sessionsDir?: string;
  /** @default a store in the sessions directory, as on the command line; `none`: no backups */
  readonly store?: SessionStore | 'none';
  /** @default 'auto' */
  readonly liveProfile?: string;
  readonly log?: Log;
}

/** The drivers that keep every promise of the lifecycle. */
export type DriverName = 'puppeteer' | 'playwright' | 'lightpanda';

/** The page of a driver's library. */
type PageOf<D extends DriverName> = {
  puppeteer: PuppeteerPage;
  playwright: PlaywrightPage;
  lightpanda: LightpandaPage;
}[D];

const drivers: { readonly [D in DriverName]: (options: BrowserOptions) => BrowserDriver<PageOf<D>> } = {
  puppeteer: puppeteerDriver,
  playwright: playwrightDriver,
  // LIGHTPANDA_EXECUTABLE_PATH or the cache of the user names the binary.
  lightpanda: ({ executable: _, ...options }) => lightpandaDriver({ ...options, env: process.env }),
};

/** The driver for every scenario that names none; `WAKEY_E2E_DRIVER` chooses it. */
const defaultDriver = driverNamed(process.env.WAKEY_E2E_DRIVER ?? 'puppeteer');

function driverNamed(name: string): DriverName {
  if (Object.hasOwn(drivers, name)) return name as DriverName; // It is a key of the table.
  throw new Error(`WAKEY_E2E_DRIVER names no driver: ${name}. It may be ${Object.keys(drivers).join(', ')}.`);
}

/** Options of a rig. */
export interface RigOptions<D extends DriverName> {
  readonly speed?: number;
  readonly https?: boolean;
  /** The driver of the sessions that name none. @default 'puppeteer' */
  readonly driver?: D;
}

/** Starts a rig. `speed`: how many times as fast the simulator's time runs. */
export async function startRig<D extends DriverName = 'puppeteer'>({
  speed = 20,
  https = false,
  driver: usual,
}: RigOptions<D> = {}): Promise<Rig<D>> {
  const simulator = await startSimulator({ speed, https });
  const folder = await makeFolder();
  const sessions: Session[] = [];
  return {
    simulator,
    sessionsDir: folder.path,
    session<E extends DriverName = D>({
      id = 'main',
      policy = {},
      url = simulator.url,
      args = [],
      driver,
      userAgent,
      browser = 'headless-shell',
      sessionsDir = folder.path,
      store = filesystemStore({ directory: sessionsDir }),
      liveProfile = 'auto',
      log,
    }: RigSession<E> = {}) {
      // If neither the session nor the rig names a driver, both type parameters are that of the default driver.
      const makeDriver = drivers[driver ?? usual ?? defaultDriver] as (
        options: BrowserOptions,
      ) => BrowserDriver<PageOf<E>>;
      const session = createSession({
        id,
        driver: makeDriver({
          executable: chromiumPath(browser),
          args,
          ...(userAgent === undefined ? {} : { userAgent }),
          ignoreCertificateErrors: https,
        }),
        page: whatsappWeb({ url, aliveEvery: 500 }),
        sessionsDir,
        ...(store === 'none' ? {} : { store }),
        liveProfile,
        ...(log === undefined ? {} : { log }),
        policy: { heartbeat: 1_000, backoff: 100, ...policy },
      });
      sessions.push(session);
      return session;
    },
    async close() {
      for (const session of sessions) await session.stop();
      await simulator.close();
      await folder.remove();
    },
  };
}

/** Lets the simulated phone scan each code until one links. */
export function scanWith(simulator: Simulator, session: Session): void {
  session.on('qr', ({ qr }) => void simulator.phone.scan(qr.reveal()));
}

/** Starts a session, links it, and waits until it is ready. */
export async function linkSession<D extends DriverName, E extends DriverName = D>(
  rig: Rig<D>,
  options?: RigSession<E>,
): Promise<Session<PageOf<E>>> {
  const session = rig.session(options);
  scanWith(rig.simulator, session);
  await session.start();
  await session.ready();
  return session;
}

/** Whether the browser of the sessions that name no driver takes another user agent. */
export function takesUserAgent(): boolean {
  return drivers[defaultDriver]({}).capabilities.userAgentOverride.supported;
}

/** Whether the profile of the sessions that name no driver has the files of Chromium. */
export function hasChromiumProfile(): boolean {
  return drivers[defaultDriver]({}).profileFormat?.name === chromiumProfile.name;
}

/** Runs a script in the page of a session, whatever its driver, and waits for the promise that the script returns. */
export async function runInPage(session: Session, script: string): Promise<void> {
  const { page } = session as Session<{ evaluate(script: string): Promise<unknown> } | LightpandaPage>;
  if (page === undefined) throw new Error('The session has no page.');
  if ('evaluate' in page) await page.evaluate(script);
  else await page.send('Runtime.evaluate', { expression: script, awaitPromise: true });
}

/** Collects the names of the session's states from now on, without immediate repetitions. */
export function trail(session: Session): SessionState['name'][] {
  const names: SessionState['name'][] = [session.state.name];
  session.on('state', ({ name }) => {
    if (names.at(-1) !== name) names.push(name);
  });
  return names;
}

/** Resolves with the first state of that name, from the present state on. */
export async function reach<S extends SessionState['name']>(
  session: Session,
  name: S,
): Promise<Extract<SessionState, { name: S }>> {
  const fits = (state: SessionState): state is Extract<SessionState, { name: S }> => state.name === name;
  const { state } = session;
  if (fits(state)) return state;
  return new Promise((resolve) => {
    const off = session.on('state', (next) => {
      if (!fits(next)) return;
      off();
      resolve(next);
    });
  });
}
