import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unpackBundle } from '@wakey/bundle';
import { isWakeyError } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { processesNaming } from '../processes.ts';

/** The state of all backups of session `main`. */
export interface Kept {
  /** The numbers of the backups that unpack without an error, the newest first. */
  readonly good: readonly number[];
  /** The errors and warnings about the other backups. */
  readonly warnings: readonly string[];
}

/** Reads every backup as a restore would, and unpacks it below `into`. */
export async function lookAtKept(sessionsDir: string, into: string): Promise<Kept> {
  const warnings: string[] = [];
  const store = filesystemStore({ directory: sessionsDir, warn: ({ message }) => warnings.push(message) });
  const good: number[] = [];
  for (let before: number | undefined; ; ) {
    const bundle = await store.read('main', before === undefined ? {} : { before }).catch((error: unknown) => {
      if (!isWakeyError(error, 'store-unreadable')) throw error;
      warnings.push(error.message);
      return undefined;
    });
    if (bundle === undefined) return { good, warnings };
    before = bundle.generation;
    const directory = join(into, `look-${before}`);
    await mkdir(into, { recursive: true });
    try {
      await unpackBundle(bundle.bytes, directory);
      good.push(before);
    } catch (error) {
      warnings.push(String(error));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** The files that are in the sessions directory after a clean stop and should not be there. */
export async function leftBehind(sessionsDir: string): Promise<readonly string[]> {
  const session = join(sessionsDir, 'main');
  const found = await Promise.all(
    Object.entries(known).map(async ([below, pattern]) => {
      const names = await readdir(join(session, below));
      return names.filter((name) => !pattern.test(name)).map((name) => join(below, name));
    }),
  );
  const beside = (await readdir(sessionsDir)).filter((name) => !['.gitignore', 'main'].includes(name));
  return [...beside, ...found.flat()];
}

const known: Readonly<Record<string, RegExp>> = {
  '.': /^(\.gitignore|lock|session\.json|following\.json|profile|quarantine|bundles)$/,
  bundles: /^(lock|lease|fence\.json|\d+\.(bundle|json|segments|quarantined\.json))$/,
};

/** Waits until no process names the directory any more. A process that was just signalled may take a moment to end. */
export async function noProcess(sessionsDir: string): Promise<void> {
  for (let tries = 0; processesNaming(sessionsDir).length > 0; tries += 1) {
    if (tries === 100) throw new Error(`Processes left: ${processesNaming(sessionsDir).join(', ')}`);
    await delay(100);
  }
}
