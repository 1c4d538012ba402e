import { hostname } from 'node:os';
import { WakeyError } from '@wakey/core';
import { type Platform, quoted, thisPlatform } from '@wakey/host';
import { singletonLock } from '../profile/singleton-lock.js';

/** The platform that lists processes, and the name of this machine. Tests replace both. */
export interface BrowserOnOptions {
  readonly platform?: Platform;
  readonly host?: string;
}

/**
 * Throws `session-in-use` if a browser runs on a user data directory, or may run on it: a copy would lack what that browser
 * writes meanwhile, and two browsers with the same login replace each other's connection. Changes nothing; a stale lock
 * stays too.
 */
export async function refuseBrowserOn(
  userDataDir: string,
  { platform = thisPlatform, host = hostname() }: BrowserOnOptions = {},
): Promise<void> {
  // The headless shell takes no lock; only its command line names the directory.
  const [user] = await platform.processesWith(singletonLock.argument(userDataDir));
  if (user !== undefined) throw running(userDataDir, `process ${user} runs a browser on it`);
  const named = await singletonLock.read(userDataDir);
  if (named === undefined) return;
  if (named.host !== host) {
    throw running(
      userDataDir,
      `its SingletonLock names host ${named.host}, whose processes are not visible from here`,
      'Make sure that no browser runs on it there, remove the file SingletonLock from it, then try again.',
    );
  }
  const alive = await platform.process(named.pid);
  // If another program has that process number now, the lock is stale. A browser on its usual directory does not name
  // the directory on its command line, so this checks only the program.
  if (alive === undefined || (alive.command !== undefined && !BROWSER.test(alive.command))) return;
  throw running(userDataDir, `its SingletonLock names process ${named.pid}, which is alive`);
}

const BROWSER = /chrom|edge|brave|opera|vivaldi/i;

function running(path: string, what: string, hint = 'Stop the program that uses it, then try again.'): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser uses ${quoted(path)}: ${what}.`,
    hint: `${hint} Nothing was changed.`,
    details: { path },
  });
}
