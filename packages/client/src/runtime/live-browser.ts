import { isWakeyError, WakeyError } from '@wakey/core';
import { sleep } from '@wakey/host';
import type { Workspace } from '../workspace/workspace.js';
import type { SessionParts } from './parts.js';

/**
 * Ends the browser that a crashed process left running on the profile. Rejects with `session-in-use` if the program that
 * started the browser is alive, or if the browser does not end.
 */
export async function endLeftBrowser({ driver, id }: SessionParts, profileDir: string): Promise<void> {
  try {
    await driver.reap?.(profileDir);
  } catch (error) {
    const isRunning = isWakeyError(error, 'browser-failed') || isWakeyError(error, 'browser-unkillable');
    throw isRunning ? stillRunning(id, error) : error;
  }
}

/**
 * Removes the lock that a dead browser left in the profile. Refuses a profile on which another program's browser runs,
 * because two browsers on one profile destroy it.
 */
export async function refuseForeignBrowser(parts: SessionParts, workspace: Workspace): Promise<void> {
  const pid = await untilGone(parts, workspace, async () => (await workspace.strayBrowser()) !== undefined);
  if (pid !== undefined) throw inUse(parts.id, pid);
}

/** Waits until no browser runs on the profile, before a restore replaces it. Rejects if a browser keeps running. */
export async function untilNoBrowser(parts: SessionParts, workspace: Workspace): Promise<void> {
  const pid = await untilGone(parts, workspace, async () => false);
  if (pid !== undefined) throw inUse(parts.id, pid);
}

/** A browser ends soon after the Wakey process that started it, but not at the same moment, so the check repeats. */
const TRIES = 30;
const PAUSE = 100;

async function untilGone(
  { log, clock }: SessionParts,
  workspace: Workspace,
  isKnown: () => Promise<boolean>,
): Promise<number | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const lock = await workspace.clearStaleBrowserLock();
    if (lock.found !== 'live') {
      if (lock.found !== 'none') log('debug', 'the profile has a browser lock', { lock });
      return undefined;
    }
    if (await isKnown()) return undefined;
    if (attempt === TRIES) return lock.pid;
    await sleep(clock, PAUSE);
  }
}

function stillRunning(id: string, cause: WakeyError): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser runs on the profile of session "${id}". ${cause.what}`,
    hint: cause.hint,
    cause,
    details: { session: id },
  });
}

function inUse(id: string, pid: number): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser runs on the profile of session "${id}": process ${pid}.`,
    hint: `Close that browser, then start the session again: wakey start ${id}. Two browsers on one profile destroy it.`,
    details: { session: id, pid },
  });
}
