import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wakey/browser-process';
import type { Version } from './versions.ts';

/** What a stand-in imitates. */
export interface StandInOptions {
  readonly version: Version;
  /** Whether its pages can store a CryptoKey, as no Lightpanda can yet. @default false */
  readonly storesKeys?: boolean;
}

/**
 * Writes a program that stands in for the binary of Lightpanda, and returns its path. It goes into `folder`, or else
 * into a fixed directory for each set of options.
 */
export async function standInBinary({ version, storesKeys = false }: StandInOptions, folder?: string): Promise<string> {
  const directory = folder ?? join(tmpdir(), `wakey-stand-in-${version}${storesKeys ? '-keys' : ''}`);
  mkdirSync(directory, { recursive: true });
  const browser = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });
  const main = join(import.meta.dirname, 'main.ts');
  const words = [process.execPath, main, version, browser, String(storesKeys)];
  const path = join(directory, 'lightpanda');
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const draft = `${path}-${process.pid}`;
  writeFileSync(
    draft,
    `#!/bin/sh\n[ "$1" = version ] && { echo ${version}; exit; }\nunset PWD OLDPWD SHLVL\nexec ${command} "$@"\n`,
    { mode: 0o755 },
  );
  // Rename it into place, because another test may start it at the same moment.
  renameSync(draft, path);
  return path;
}
