import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSession, type Session } from '@wakey/client';
import {
  browserEnvironment,
  type browserOptions,
  loadDriver,
  type OptionValues,
  openStore,
  type pageOptions,
  type placeOptions,
  type sessionOptions,
  type storeOptions,
  UsageError,
} from '@wakey/config';
import type { Policy, WakeyError } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { type WatchedDriver, watchedDriver } from '../drivers/watched-driver.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';

/** What a session of the command line needs. */
export interface OpenSessionOptions {
  readonly id: string;
  readonly values: OptionValues<
    typeof placeOptions & typeof storeOptions & typeof sessionOptions & typeof browserOptions & typeof pageOptions
  >;
  readonly policy: Partial<Policy>;
  /** The name of this program in the session's lock and lease, for processes that want the session too. */
  readonly program: string;
  readonly view: View;
  readonly shell: Shell;
}

/** A session that is not started yet, and its browsers, which a command can kill. */
export interface OpenedSession {
  readonly session: Session;
  readonly browsers: WatchedDriver;
}

/** Makes a session from the options of a command, and reports it to `view`. Throws a UsageError if the driver, the store or the key cannot be loaded. */
export async function openSession(options: OpenSessionOptions): Promise<OpenedSession> {
  const { id, values, policy, program, view, shell } = options;
  const warn = ({ message, code }: WakeyError) => view.log('warn', message, { code });
  const store = await openStore({ values, cwd: shell.cwd, own, warn });
  const driver = await loadDriver(values.driver, driverOptions(values, shell), { cwd: shell.cwd, own });
  const browsers = watchedDriver(driver, (facts) => view.browser(facts));
  const session = createSession({
    id,
    driver: browsers.driver,
    sessionsDir: resolve(shell.cwd, values.sessionsDir),
    ...(store === undefined ? {} : { store }),
    keepAfterLogout: values.keepAfterLogout,
    liveProfile: await liveProfileOf(values.liveProfile, shell.cwd),
    page: whatsappWeb({ url: values.url }),
    policy,
    log: (level, message, fields) => view.log(level, message, fields),
    program,
  });
  session.on('state', (state) => view.state(state));
  for (const notice of notices) session.on(notice, (payload) => view.notice(payload));
  return { session, browsers };
}

async function liveProfileOf(where: string, cwd: string): Promise<string> {
  if (where === 'auto' || where === 'disk') return where;
  const path = resolve(cwd, where);
  const found = await stat(path).catch(() => undefined); // A browser cannot use a directory that this process cannot look at.
  if (found?.isDirectory() === true) return path;
  throw new UsageError(
    `--live-profile: ${path} is not an existing directory. Use auto, disk, or a directory in memory.`,
  );
}

const notices = [
  ...(['qr', 'link-code', 'passkey', 'rescan', 'fallback', 'linked', 'ready', 'restrictions'] as const),
  ...(['restarting', 'takeover', 'saved', 'recovery', 'warning', 'ended'] as const),
];

function driverOptions(values: OpenSessionOptions['values'], { cwd, env }: Shell) {
  const { browser, browserArg, headed, sandbox, ignoreCertificateErrors } = values;
  return {
    ...(browser === undefined ? {} : { executable: resolve(cwd, browser) }),
    headless: !headed,
    args: browserArg,
    sandbox,
    ignoreCertificateErrors,
    env: browserEnvironment(env, process.platform, values.driver),
  };
}
