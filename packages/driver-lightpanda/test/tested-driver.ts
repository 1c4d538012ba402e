import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wakey/browser-process';
import type { DriverUnderTest } from '@wakey/conformance';
import type { BrowserOptions } from '@wakey/core';
import { findLightpanda } from '../src/find-lightpanda.js';
import { lightpandaDriver } from '../src/lightpanda-driver.js';
import type { Version } from './stand-in/flags.ts';

/** What a stand-in is to be: a state of Lightpanda, with what a patched build adds. */
export interface StandInOptions {
  readonly version: Version;
  readonly gifts?: readonly ('keys' | 'locks')[];
}

/**
 * Writes a program that stands in for the binary of Lightpanda, into the directory given or into one that is the same each
 * time; gives its path.
 */
export async function standInBinary({ version, gifts = [] }: StandInOptions, folder?: string): Promise<string> {
  const directory = folder ?? join(tmpdir(), ['wakey-stand-in', version, ...gifts].join('-'));
  mkdirSync(directory, { recursive: true });
  const browser = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });
  const main = join(import.meta.dirname, 'stand-in', 'main.ts');
  const words = [process.execPath, main, version, browser, gifts.join(',') || '-'];
  const path = join(directory, 'lightpanda');
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const draft = `${path}-${process.pid}`;
  writeFileSync(draft, `#!/bin/sh\nunset PWD OLDPWD SHLVL\nexec ${command} "$@"\n`, { mode: 0o755 });
  // Whole at once: another test may be starting it.
  renameSync(draft, path);
  return path;
}

/** The drivers that clauses are checked on: a stand-in for each version, and the real Lightpanda where one is found. */
export async function underTest(): Promise<readonly (DriverUnderTest & { readonly on: string })[]> {
  const standIns = await Promise.all(
    (['aug', 'oct'] as const).map(async (version) => ({
      on: `a stand-in for the version of ${version}`,
      executable: await standInBinary({ version }),
    })),
  );
  const real = await findLightpanda({ env: process.env }).catch(() => undefined);
  const all = [...standIns, ...(real === undefined ? [] : [{ on: `the real one at ${real}`, executable: real }])];
  return all.map(({ on, executable }) => ({
    on,
    executable,
    driver: (options: BrowserOptions = {}) => lightpandaDriver({ executable, ...options }),
  }));
}
