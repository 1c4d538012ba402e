import { WakeyError } from '@wakey/core';
import { sleep } from '@wakey/host';
import type { Workspace } from '../workspace/workspace.js';
import type { EffectContext } from './context.js';

/**
 * Clears what a dead browser has left in the profile, and refuses one on which a browser runs that is not ours: two on one
 * profile destroy it. What an owner of ours that died has left running is for the driver to end, which knows it.
 */
export async function refuseForeignBrowser(context: EffectContext, workspace: Workspace): Promise<void> {
  const pid = await untilGone(context, workspace, async () => (await workspace.strayBrowser()) !== undefined);
  if (pid !== undefined) throw inUse(context.id, pid);
}

/** Waits until no browser runs on the profile, which is going to be replaced; one that goes on is an error. */
export async function untilNoBrowser(context: EffectContext, workspace: Workspace): Promise<void> {
  const pid = await untilGone(context, workspace, async () => false);
  if (pid !== undefined) throw inUse(context.id, pid);
}

/** A browser dies with its owner, but not at the same moment. */
const TRIES = 30;
const PAUSE = 100;

async function untilGone(
  { log, clock }: EffectContext,
  workspace: Workspace,
  isKnown: () => Promise<boolean>,
): Promise<number | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const lock = await workspace.clearStaleBrowserLock();
    if (lock.found !== 'live') {
      if (lock.found !== 'none') log('debug', 'browser lock', { lock });
      return undefined;
    }
    if (await isKnown()) return undefined;
    if (attempt === TRIES) return lock.pid;
    await sleep(clock, PAUSE);
  }
}

function inUse(id: string, pid: number): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser runs on the profile of session "${id}": process ${pid}.`,
    todo: 'Close it; two browsers on one profile destroy it.',
    details: { session: id, pid },
  });
}
