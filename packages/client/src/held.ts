import type { BrowserHandle, Lease, OpenPage } from '@wakey/core';
import type { Workspace } from './workspace/workspace.js';

/** What a running session holds, and must give back. */
export interface Held {
  workspace: Workspace | undefined;
  lease: HeldLease | undefined;
  /** Why the session could not be taken at the last start. */
  refusal: unknown;
  /** Settles when the directory is open, or is not going to be. */
  opening: Work | undefined;
  /** Settles when what the last run held is given back: the next one takes nothing before. Never rejects. */
  releasing: Promise<void> | undefined;
  /** The keeping of a generation that is under way. */
  saving: Work | undefined;
  /** The bringing back of a generation that is under way. */
  restoring: Work | undefined;
  /** The generation that the recovery ladder has reached: only older ones come next. */
  rung: number | undefined;
  life: BrowserLife | undefined;
  /** Whether the store keeps the profile just as it is. */
  isKept: boolean;
  /** Whether a page has opened on the workspace since it was: from then on it may hold what must not be lost. */
  isUsed: boolean;
  /** Whether a look at the session's directory is under way. */
  isLooking: boolean;
}

/** Work on the session's directory, which is not given back before it is over. */
export interface Work {
  readonly abort: AbortController;
  /** Settles when it is over. Never rejects. */
  readonly done: Promise<void>;
}

/** A store's lease and the end of its renewal. */
export interface HeldLease {
  readonly lease: Lease;
  /** Whether it could not be renewed: it is no longer ours. */
  readonly isLost: () => boolean;
  readonly stopRenewing: () => void;
}

/** One browser from the wish to launch it until its confirmed end. What it reports counts only while it is not over. */
export interface BrowserLife {
  /** Cancels its launch and everything asked of its page. */
  readonly abort: AbortController;
  /** Settles when the launch has come to something. Never rejects. */
  launched: Promise<void>;
  handle: BrowserHandle | undefined;
  /** The newest generation that the profile came from when it was launched; absent where there is none, or a device was linked since. */
  descendsFrom: number | undefined;
  /** Why a launch that came to nothing may have left a browser behind. */
  leftBehind: Error | undefined;
  /** Settles when the browser is ended, or could not be; absent while nobody asked for it. */
  ending: Promise<void> | undefined;
  page: OpenPage | undefined;
  isOver: boolean;
  isReading: boolean;
}

/** Nothing held. */
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
