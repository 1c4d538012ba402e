import type { BrowserHandle, Lease, OpenPage } from '@wakey/core';
import type { Workspace } from './workspace/workspace.js';

/** What a running session holds and must release. */
export interface Held {
  workspace: Workspace | undefined;
  lease: HeldLease | undefined;
  /** Why the last start could not take the session. */
  refusal: unknown;
  /** Settles when the directory is open or could not be opened. */
  opening: Work | undefined;
  /**
   * Settles when the last run has released everything. The next run waits for this before it takes anything. Never
   * rejects.
   */
  releasing: Promise<void> | undefined;
  /** The save that is under way. */
  saving: Work | undefined;
  /** The restore that is under way. */
  restoring: Work | undefined;
  /** The generation that the recovery ladder has reached: only older backups come next. */
  rung: number | undefined;
  life: BrowserLife | undefined;
  /** Whether the newest backup equals the live profile. */
  isKept: boolean;
  /** Whether a page has opened since the workspace was opened: from then on the profile may hold a login. */
  isUsed: boolean;
  /** Whether a check of the session's directory is under way. */
  isLooking: boolean;
}

/** Work on the session's directory. The session releases the directory only after this work ends. */
export interface Work {
  readonly abort: AbortController;
  /** Settles when the work ends. Never rejects. */
  readonly done: Promise<void>;
}

/** A store's lease and the end of its renewal. */
export interface HeldLease {
  readonly lease: Lease;
  /** Whether a renewal failed for good: another process may hold the lease. */
  readonly isLost: () => boolean;
  readonly stopRenewing: () => void;
}

/**
 * One browser, from the request to launch it until its confirmed end. The session ignores what the browser reports
 * later.
 */
export interface BrowserLife {
  /** Cancels the launch and all work on the page. */
  readonly abort: AbortController;
  /** Settles when the launch has succeeded or failed. Never rejects. */
  launched: Promise<void>;
  handle: BrowserHandle | undefined;
  /** The backup from which the profile came when the browser was launched; absent without one, or after a new link. */
  descendsFrom: number | undefined;
  /** Why a failed launch may have left a browser running. */
  leftBehind: Error | undefined;
  /** Settles when the browser has ended or could not be ended; absent before the ending begins. */
  ending: Promise<void> | undefined;
  page: OpenPage | undefined;
  isOver: boolean;
  isReading: boolean;
}

/** The state of a session that holds nothing. */
export function nothingHeld(): Held {
  return {
    workspace: undefined,
    lease: undefined,
    refusal: undefined,
    opening: undefined,
    releasing: undefined,
    saving: undefined,
    restoring: undefined,
    rung: undefined,
    life: undefined,
    isKept: false,
    isUsed: false,
    isLooking: false,
  };
}
