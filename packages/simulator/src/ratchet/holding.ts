import type { Prekey } from './header.ts';

/** One commit of the page's storage: a message, with the counters that it changed. */
export interface Commit {
  /** Number of the commit: 1 is the first of the device. */
  readonly number: number;
  /** Name of the commit; the commits of two copies have different names. */
  readonly mark: string;
}

/** What a page says about a commit after the transaction is complete. */
export interface ToldCommit extends Commit {
  /** The counters that the commit changed, as they are now. */
  readonly session: HeldSession;
}

/** What a page says about its storage each time it connects. */
export interface Holding {
  /** The newest commit; number 0 and an empty mark without any. */
  readonly newest: Commit;
  /** The first number that is missing below the newest; undefined if there is no gap. */
  readonly firstMissing?: number;
  /** Whether each row of a session belongs to a commit that is there, and the newest commit to a row. */
  readonly isWhole: boolean;
  /** The error because of which the page could not read its rows. */
  readonly problem?: string;
  readonly sessions: readonly HeldSession[];
  readonly prekeys: readonly Prekey[];
}

/** The counters of one session, or of the device's sender key of a group. */
export interface HeldSession {
  /** Id of the peer or group. */
  readonly peer: string;
  /** Number of the session; 0 for a group. */
  readonly session: number;
  /** How many turns of the peer the device has read; 0 for a group. */
  readonly step: number;
  readonly sent: number;
  readonly received: number;
}
