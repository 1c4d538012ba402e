import { type CancelSignal, type Lease, type LeaseHolder, type SessionStore, WakeyError } from '@wakey/core';
import { type Clock, sleep } from '@wakey/host';
import { openWorkspace } from '../workspace/open-workspace.js';
import type { ReleaseOptions, Workspace } from '../workspace/workspace.js';

/** Which session is held for a transfer, and as whom. */
export interface HoldOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** Told to whoever finds the session taken meanwhile. */
  readonly holder: LeaseHolder;
  readonly clock: Clock;
  readonly store?: SessionStore | undefined;
  readonly memoryDir?: string | undefined;
  readonly signal?: CancelSignal | undefined;
}

/** A session that nobody else runs or changes: its directory's lock is ours, and its lease where there is a store. */
export interface HeldSession {
  readonly workspace: Workspace;
  /** The fence of the lease; `undefined` without a store. */
  readonly fence: number | undefined;
  /** Gives both back. May be called twice. */
  release(options?: ReleaseOptions): Promise<void>;
}

/**
 * Takes a session that is at rest. Throws `session-in-use` when somebody has it, also when a browser that a dead owner has
 * left still runs on its profile, and what `openWorkspace` and `lease` throw. After a failure nothing is held, and what was
 * made for it is gone.
 */
export async function holdSession(options: HoldOptions): Promise<HeldSession> {
  const { clock, store, id, holder, signal } = options;
  const workspace = await openWorkspace({
    ...options,
    clock: { now: () => clock.now(), sleep: (ms) => sleep(clock, ms) },
  });
  try {
    const browser = await workspace.clearStaleBrowserLock();
    if (browser.found === 'live' || browser.found === 'unproved') throw browserLeft(id, browser);
    const lease = await store?.lease(id, holder, signal === undefined ? {} : { signal });
    const stopRenewing = lease === undefined ? () => undefined : renewed(lease, clock);
    let released: Promise<void> | undefined;
    const giveBack = async (how: ReleaseOptions) => {
      stopRenewing();
      try {
        await lease?.release();
      } finally {
        await workspace.release(how);
      }
    };
    return {
      workspace,
      fence: lease?.fence,
      release(how = {}) {
        released ??= giveBack(how);
        return released;
      },
    };
  } catch (error) {
    await workspace.release({ isUnused: true }).catch(() => undefined); // The first failure is the one to tell.
    throw error;
  }
}

/** Renews a lease that lapses. One that could not be renewed is found out by the store, which refuses its fence. */
function renewed(lease: Lease, clock: Clock): () => void {
  const { duration } = lease;
  if (duration === undefined) return () => undefined;
  let cancel: () => void = () => undefined;
  const later = () => {
    cancel = clock.set(duration / 4, () => {
      lease.renew({ timeout: duration / 4 }).catch(() => undefined); // As said above: the write tells.
      later();
    });
  };
  later();
  return () => cancel();
}

function browserLeft(id: string, { pid, host }: { readonly pid: number; readonly host: string }): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser still runs on the profile of session "${id}", or may: process ${pid} on host ${host}.`,
    hint: 'Start the session and stop it once, which ends that browser, then try again.',
    details: { session: id, pid, host },
  });
}
