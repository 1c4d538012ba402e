import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wakey/browser-process';
import type { Version } from './flags.ts';

/** What a stand-in is to be: a state of Lightpanda, with what a patched build adds. */
export interface StandInOptions {
  readonly version: Version;
  readonly gifts?: readonly ('keys' | 'locks' | 'caches')[];
}

/**
 * Writes a program that stands in for the binary of Lightpanda, into the directory given or into one that is the same each
 * time; gives its path.
 */
export async function standInBinary({ version, gifts = [] }: StandInOptions, folder?: string): Promise<string> {
  const directory = folder ?? join(tmpdir(), ['wakey-stand-in', version, ...gifts].join('-'));
  mkdirSync(directory, { recursive: true });
  const browser = await findBrowser({ executable: process.env.WAKEY_BROWSER ?? 'auto', env: process.env });
  const main = join(import.meta.dirname, 'main.ts');
  const words = [process.execPath, main, version, browser, gifts.join(',') || '-'];
  const path = join(directory, 'lightpanda');
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const draft = `${path}-${process.pid}`;
  writeFileSync(draft, `#!/bin/sh\nunset PWD OLDPWD SHLVL\nexec ${command} "$@"\n`, { mode: 0o755 });
  // Whole at once: another test may be starting it.
  renameSync(draft, path);
  return path;
}
