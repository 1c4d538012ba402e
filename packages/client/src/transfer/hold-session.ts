import {
  type CancelSignal,
  type Lease,
  type LeaseHolder,
  type ProfileFormat,
  type SessionStore,
  WakeyError,
} from '@wakey/core';
import { type Clock, sleep } from '@wakey/host';
import { openWorkspace } from '../workspace/open-workspace.js';
import type { ReleaseOptions, Workspace } from '../workspace/workspace.js';

/** Which session to hold for a transfer, and under which holder. */
export interface HoldOptions {
  readonly sessionsDir: string;
  readonly id: string;
  readonly format: ProfileFormat;
  /** The holder that other processes see during the transfer. */
  readonly holder: LeaseHolder;
  readonly clock: Clock;
  readonly store?: SessionStore | undefined;
  readonly memoryDir?: string | undefined;
  readonly signal?: CancelSignal | undefined;
}

/**
 * A session whose lock, and whose lease if there is a store, this process holds, so that no other process changes it.
 */
export interface HeldSession {
  readonly workspace: Workspace;
  /** The fence of the lease; `undefined` without a store. */
  readonly fence: number | undefined;
  /** Releases the lease and the lock. May be called twice. */
  release(options?: ReleaseOptions): Promise<void>;
}

/**
 * Takes the lock and the lease of a session that is not running. Throws `session-in-use` if another process holds the
 * session, or if the browser of a dead holder still runs on its profile; also throws the errors of `openWorkspace` and
 * `lease`. After a failure the session is released, and the files that this call created are removed.
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
    await workspace.release({ isUnused: true }).catch(() => undefined); // Report the first failure.
    throw error;
  }
}

/**
 * Renews a lease that expires. Does not report a failed renewal: the store then rejects writes under the lease's fence.
 */
function renewed(lease: Lease, clock: Clock): () => void {
  const { duration } = lease;
  if (duration === undefined) return () => undefined;
  let cancel: () => void = () => undefined;
  const later = () => {
    cancel = clock.set(duration / 4, () => {
      lease.renew({ timeout: duration / 4 }).catch(() => undefined); // The next write fails if the lease is lost.
      later();
    });
  };
  later();
  return () => cancel();
}

function browserLeft(id: string, { pid, host }: { readonly pid: number; readonly host: string }): WakeyError {
  return new WakeyError('session-in-use', {
    what: `A browser runs on the profile of session "${id}", or may still run on it: process ${pid} on host ${host}.`,
    hint: 'Start the session once and stop it, which ends that browser, then try again.',
    details: { session: id, pid, host },
  });
}
