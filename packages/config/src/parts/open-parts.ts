import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BrowserDriver, BrowserOptions, SessionStore } from '@wakey/core';
import { browserEnvironment } from '../drivers/browser-environment.js';
import { loadDriver } from '../drivers/load-driver.js';
import type { OptionValues } from '../options/option.js';
import type { Environment } from '../options/resolve.js';
import type { browserOptions, pageOptions, placeOptions, sessionOptions, storeOptions } from '../options/table.js';
import { type OpenStoreOptions, openStore } from '../stores/open-store.js';
import { UsageError } from '../usage-error.js';

/** What the parts of a session need. */
export interface OpenPartsOptions extends OpenStoreOptions {
  readonly values: OptionValues<
    typeof placeOptions & typeof storeOptions & typeof sessionOptions & typeof browserOptions & typeof pageOptions
  >;
  /** The environment of the program. The browser gets only the variables that it needs. */
  readonly env: Environment;
  /** @default the platform of this process */
  readonly platform?: NodeJS.Platform;
}

/** The parts that `createSession` of `@wakey/client` takes. */
export interface Parts {
  readonly driver: BrowserDriver;
  /** Absent: the session has no backups. */
  readonly store?: SessionStore;
  readonly sessionsDir: string;
  readonly liveProfile: string;
  readonly keepAfterLogout: number;
}

/** What the driver of a session needs. */
export interface OpenDriverOptions extends Pick<OpenPartsOptions, 'cwd' | 'own' | 'env' | 'platform'> {
  readonly values: OptionValues<
    typeof browserOptions &
      Pick<typeof pageOptions, 'driver'> &
      Partial<Pick<typeof pageOptions, 'ignoreCertificateErrors'>>
  >;
}

/** Makes the driver of a session from its options. Throws a UsageError if it cannot be loaded. */
export function openDriver(options: OpenDriverOptions): Promise<BrowserDriver> {
  const { values, cwd, own } = options;
  return loadDriver(values.driver, driverOptions(options), { cwd, own });
}

/** Makes the parts of a session from its options. Throws a UsageError if the driver, the store or a key cannot be loaded. */
export async function openParts(options: OpenPartsOptions): Promise<Parts> {
  const { values, cwd } = options;
  const store = await openStore(options);
  return {
    driver: await openDriver(options),
    ...(store === undefined ? {} : { store }),
    sessionsDir: resolve(cwd, values.sessionsDir),
    liveProfile: await liveProfileOf(values.liveProfile, cwd),
    keepAfterLogout: values.keepAfterLogout,
  };
}

function driverOptions({ values, cwd, env, platform = process.platform }: OpenDriverOptions): BrowserOptions {
  const { browser, browserArg, headed, sandbox, ignoreCertificateErrors = false } = values;
  return {
    ...(browser === undefined ? {} : { executable: resolve(cwd, browser) }),
    headless: !headed,
    args: browserArg,
    sandbox,
    ignoreCertificateErrors,
    env: browserEnvironment(env, platform, values.driver),
  };
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
