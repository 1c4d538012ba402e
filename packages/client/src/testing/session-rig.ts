import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import {
  type BrowserDriver,
  type DriverCapabilities,
  type Policy,
  type ProfileFormat,
  type SessionStore,
  secret,
  WakeyError,
} from '@wakey/core';
import { fakeBrowser, woundClock } from '@wakey/testkit';
import { afterEach } from 'vitest';
import { createSession } from '../create-session.js';
import type { Session, SessionState } from '../session.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A session on a fake browser, in its own directory. */
export async function setUp(policy: Partial<Policy> = {}, given: Given = {}) {
  const browser = fakeBrowser(given.profileFormat ?? chromiumProfile);
  const clock = woundClock();
  const sessionsDir = given.sessionsDir ?? (await mkdtemp(join(tmpdir(), 'wakey-session-')));
  const lines: string[] = [];
  const session = createSession({
    id: 'main',
    driver: driverWith(browser.driver, given.capabilities),
    page: given.origin === undefined ? browser.adapter : { ...browser.adapter, origin: given.origin },
    sessionsDir,
    ...(given.store === undefined ? {} : { store: given.store }),
    ...(given.ephemeral === undefined ? {} : { ephemeral: given.ephemeral }),
    ...(given.keepAfterLogout === undefined ? {} : { keepAfterLogout: given.keepAfterLogout }),
    policy,
    clock,
    random: () => 0.5,
    log: (level, message, fields) => lines.push(JSON.stringify({ level, message, fields })),
  });
  const events: string[] = [];
  for (const name of [
    'qr',
    'ready',
    'restarting',
    'renewing',
    'rescan',
    'ended',
    'linked',
    'saved',
    'warning',
  ] as const) {
    session.on(name, () => events.push(name));
  }
  cleanups.push(() => rm(sessionsDir, { recursive: true, force: true }));
  cleanups.push(() => session.stop().catch(() => undefined));
  return { browser, clock, session, sessionsDir, events, lines };
}

/** The driver with other capabilities. It has a format of profiles only if it keeps them. */
function driverWith(driver: BrowserDriver<string>, changed: Partial<DriverCapabilities> = {}): BrowserDriver<string> {
  const capabilities = { ...driver.capabilities, ...changed };
  const { profileFormat, ...others } = driver;
  return {
    ...others,
    capabilities,
    ...(capabilities.persistentProfile.supported && profileFormat ? { profileFormat } : {}),
  };
}

/** The parts that a test may replace. */
export interface Given {
  readonly sessionsDir?: string;
  readonly store?: SessionStore;
  readonly capabilities?: Partial<DriverCapabilities>;
  readonly ephemeral?: boolean;
  readonly keepAfterLogout?: number;
  /** @default chromiumProfile */
  readonly profileFormat?: ProfileFormat;
  /** The origin of the page. */
  readonly origin?: string;
}

/** A QR code on the page. */
export const qr = (value: string) => ({ type: 'qr', qr: secret(value), ttl: 60_000 }) as const;
/** The signal of the page with full proof of ready. */
export const ready = { type: 'readiness', me: '447700900000@c.us', missing: [] } as const;

/** A session that is linked and ready. */
export async function linked(policy: Partial<Policy> = {}) {
  const parts = await setUp(policy);
  await parts.session.start();
  parts.browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, { type: 'syncing', percent: 50 }, ready);
  return parts;
}

/** The names of the states from now on, without repetitions in a row. */
export function names(session: Session): string[] {
  const seen: string[] = [];
  session.on('state', ({ name }) => {
    if (seen.at(-1) !== name) seen.push(name);
  });
  return seen;
}

/** Resolves when the session is in the state. Waits in real time, because the files are real. */
export async function reach(session: Session, name: SessionState['name']): Promise<void> {
  if (session.state.name === name) return;
  await new Promise<void>((resolve) => {
    const off = session.on('state', (state) => {
      if (state.name !== name) return;
      off();
      resolve();
    });
  });
}

/** The code a promise rejects with, or `resolved`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof WakeyError ? error.code : String(error)),
  );
}
