import { hostname } from 'node:os';
import { WakeyError } from '@wakey/core';
import { type Platform, quoted, realFiles, thisPlatform } from '@wakey/host';
import { readBrowserLock } from '../workspace/browser-lock.js';

/** Who is asked for processes, and what this machine is called. Tests bring their own. */
export interface BrowserOnOptions {
  readonly platform?: Platform;
  readonly host?: string;
}

/**
 * Throws `session-in-use` where a browser runs on a user data directory, or may: what it writes meanwhile would be missing in
 * a copy, and the same login at two places makes them replace each other. Changes nothing, neither a stale lock.
 */
export async function refuseBrowserOn(
  userDataDir: string,
  { platform = thisPlatform, host = hostname() }: BrowserOnOptions = {},
): Promise<void> {
  // The headless shell takes no lock: its command line tells.
  const [user] = await platform.processesWith(`--user-data-dir=${userDataDir}`);
  if (user !== undefined) throw running(userDataDir, `process ${user} runs a browser on it`);
  const named = await readBrowserLock({ files: realFiles, platform }, userDataDir);
  if (named === undefined) return;
  if (named.host !== host) {
    throw running(
      userDataDir,
      `its SingletonLock names host ${named.host}, which cannot be asked from here`,
      'Make sure that no browser runs on it there, remove SingletonLock from it, and try again.',
    );
  }
  const alive = await platform.process(named.pid);
  // A number that was given anew belongs to another program; a browser on it need not name the directory, if it is its usual one.
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
