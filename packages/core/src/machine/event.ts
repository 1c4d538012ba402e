import type { EndReason } from './ending.js';

/** A secret as the machine sees it: the machine compares it and never prints it. Any `Secret` of a string fits. */
export interface Concealed {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

/** An event, to which the machine reacts. `at` is its time, in ms since 1970, because the machine has no clock. */
export type Event = { readonly at: number } & (Command | PageSignal | Outcome | Tick);

/** A command of a caller. A state that does not allow it refuses it: the caller's error. */
export type Command =
  | { readonly type: 'start'; readonly phone?: string }
  | { readonly type: 'stop' }
  | { readonly type: 'logout' }
  | { readonly type: 'relink'; readonly phone?: string }
  | { readonly type: 'submit-link-code'; readonly code: Concealed }
  | { readonly type: 'answer-passkey'; readonly answer: Concealed }
  | { readonly type: 'refuse-passkey' };

/**
 * What a page adapter saw. Signals are levels, not edges: the same signal may come again at every reading and must then
 * change nothing.
 */
export type PageSignal =
  /** The page is open and still boots; `missing` names the parts that it waits for. */
  | { readonly type: 'page-booting'; readonly missing: readonly string[] }
  /** No device is registered in this profile, and no code is shown yet. */
  | { readonly type: 'unpaired' }
  /** A QR code that can be scanned now. `ttl`: how long the page will still show the code, in ms, if the page says so. */
  | { readonly type: 'qr'; readonly qr: Concealed; readonly ttl?: number }
  /** The page has stopped showing codes until it is asked for a new one. */
  | { readonly type: 'qr-idle' }
  /** A link code to type on the phone. `ttl` in ms. */
  | { readonly type: 'link-code'; readonly code: Concealed; readonly ttl?: number }
  /** The phone shows a link code, and the page waits until a person types it here. `again`: the last entry was wrong. */
  | { readonly type: 'link-code-wanted'; readonly again: boolean; readonly ttl?: number }
  /** `retryAfter` in ms. */
  | { readonly type: 'link-code-failed'; readonly why: LinkCodeFailure; readonly retryAfter?: number }
  /** The phone accepted the code; keys are being exchanged. */
  | { readonly type: 'linking' }
  /** A registered device is connecting. */
  | { readonly type: 'connecting' }
  /** 0 to 100. */
  | { readonly type: 'syncing'; readonly percent: number }
  /** The proof of ready so far. Nothing missing and `me` known: ready. Without `restrictions` the account has none. */
  | {
      readonly type: 'readiness';
      readonly me?: string;
      readonly missing: readonly ReadyBlocker[];
      readonly restrictions?: Restrictions;
    }
  /** The device is registered and not connected now. */
  | { readonly type: 'offline'; readonly cause: InterruptionCause }
  /** Another client has connected with the same device, or another tab uses it. */
  | { readonly type: 'conflict' }
  /**
   * The page announced a logout, and no device is registered in it now. The adapter read this in a document that it knows as
   * WhatsApp's, on the session's own origin, with an HTTP status below 400, whose connection to the service offers a new
   * link. `document` counts the documents of this page: a later one has a greater number. `code`: WhatsApp's own logout
   * reason.
   */
  | {
      readonly type: 'logged-out';
      readonly by: 'phone' | 'us' | 'page';
      readonly document: number;
      readonly code?: string;
    }
  /**
   * WhatsApp blocks this client or account. `retryAfter`: how long, in ms, if WhatsApp says so. `detail`: the facts of this
   * case for a person.
   */
  | { readonly type: 'blocked'; readonly by: BlockedBy; readonly retryAfter?: number; readonly detail?: string }
  /** A dialog covers the page, and the adapter could not acknowledge it. */
  | { readonly type: 'dialog'; readonly what: string }
  /** The page asks for a WebAuthn assertion: the request options as JSON (WebAuthn level 3). `ttl` in ms. */
  | { readonly type: 'passkey'; readonly request: Concealed; readonly ttl?: number }
  /** The page lacks parts that the adapter needs. `missing`: entries of the adapter's table. */
  | { readonly type: 'incompatible'; readonly missing: readonly string[]; readonly version?: string };

/** Why the page could not get or use a link code. */
export type LinkCodeFailure = 'expired' | 'wrong-number' | 'too-many-devices' | 'rate-limited' | 'rejected';

/** What a connected page still lacks to be ready. */
export type ReadyBlocker = 'socket' | 'own-id' | 'synced' | 'dialog' | 'alive';

/**
 * What WhatsApp forbids an account that works. Restrictions are facts of a ready session and do not end it. An absent field
 * means no such restriction. Times are in ms since 1970.
 */
export interface Restrictions {
  /**
   * The account may write only to people who wrote first. `kind`: the reason, in WhatsApp's words. `until`: when the
   * restriction ends.
   */
  readonly timeLock?: { readonly kind?: string; readonly until?: number };
  /** The account has started nearly all, or all, of the new chats it may start: `used` of `quota`. `until`: when the count restarts. */
  readonly messageCapping?: {
    readonly status: 'first-warning' | 'second-warning' | 'capped';
    readonly used?: number;
    readonly quota?: number;
    readonly until?: number;
  };
}

/** Why a linked session is not usable now. */
export type InterruptionCause = 'network' | 'phone' | 'conflict' | 'page-silent';

/** Why WhatsApp blocks a session. `browser`: the page does not take the name of this browser, its user agent. */
export type BlockedBy = 'ban' | 'terms' | 'outdated' | 'proxy' | 'browser';

/** The outcome of an effect. */
export type Outcome =
  /**
   * The session's directory is open and locked. `linked`: the record or the store says that there are credentials.
   * `recover`: why the live profile must not be used. `canRestore`: whether the store has a backup. `linkedAt`: the origin
   * that the login belongs to, if it differs from the page's. `isEphemeral`: whether nothing of this run can be kept.
   */
  | {
      readonly type: 'workspace-opened';
      readonly linked: boolean;
      readonly recover?: RecoveryCause;
      readonly canRestore: boolean;
      readonly linkedAt?: string;
      readonly isEphemeral?: boolean;
    }
  | { readonly type: 'workspace-refused'; readonly reason: EndReason; readonly detail: string }
  | { readonly type: 'browser-launched' }
  | {
      readonly type: 'browser-refused';
      readonly reason: EndReason;
      readonly detail: string;
      /** Present if the same launch would fail again, because its options are wrong. */
      readonly isLasting?: true;
    }
  | { readonly type: 'page-opened' }
  | { readonly type: 'page-refused'; readonly reason: EndReason; readonly detail: string }
  /** The browser or its page is gone although the machine did not end it. */
  | { readonly type: 'browser-lost'; readonly detail: string }
  | { readonly type: 'browser-closed' }
  | { readonly type: 'browser-unkillable'; readonly detail: string }
  /** A reading of the page failed or got no answer. */
  | { readonly type: 'read-failed'; readonly detail: string }
  | { readonly type: 'page-command-failed'; readonly command: PageCommand['type']; readonly detail: string }
  /** A backup was restored; the former profile is in quarantine. */
  | ({ readonly type: 'restored' } & Restored)
  /** There is no further backup. The profile is empty now; after `never-ready` it stays in place. */
  | { readonly type: 'nothing-to-restore'; readonly quarantine: string | null }
  | { readonly type: 'restore-failed'; readonly detail: string }
  /** The session was saved. `generation`: the number of the backup, if there is a store. */
  | { readonly type: 'saved'; readonly generation?: number }
  | { readonly type: 'save-failed'; readonly detail: string }
  /** A new backup is needed before its time: what the page does can no longer be kept as a change of the last one. */
  | { readonly type: 'backup-due' }
  /**
   * The browser uses too much memory, and the moment is quiet. `memory`: bytes now. `baseline`: bytes once the session was ready in
   * this browser.
   */
  | { readonly type: 'renewal-due'; readonly memory: number; readonly baseline: number }
  | { readonly type: 'erased' }
  | { readonly type: 'erase-failed'; readonly detail: string }
  | { readonly type: 'released' }
  | { readonly type: 'lease-lost'; readonly detail: string }
  /** The session's directory is not at its path any more: it was moved, removed or unmounted. Nothing can be saved there. */
  | { readonly type: 'workspace-lost'; readonly detail: string };

/**
 * Why a backup replaces the live profile. `profile-packed`: the last stop erased the profile on purpose, because it was in
 * memory. `profile-stale`: another holder of the lease wrote a newer backup. `profile-behind`: the disk lost the last
 * changes of the profile, as after a power cut, and the store has them. `never-ready`: the page connects with the profile and does
 * not become ready.
 */
export type RecoveryCause =
  | 'profile-packed'
  | 'profile-missing'
  | 'profile-damaged'
  | 'profile-stale'
  | 'profile-behind'
  | 'credentials-lost'
  | 'never-ready';

/**
 * How old the profile of a session is: whether it lacks what the page did before. An older state of the same device repeats
 * the counters of its messages, so contacts can reject what it sends.
 */
export interface Freshness {
  /**
   * `live`: the profile that the last browser left. `newest`: a backup with everything that was kept until the profile was
   * lost. `older`: a backup that lacks later changes, or that may lack them.
   */
  readonly from: 'live' | 'newest' | 'older';
  /** How long ago the profile was in that state, in ms; 0 for `live`. */
  readonly age: number;
  /**
   * How many changes of the page’s databases the profile is known to lack; `null` if nobody can know. One message is several
   * changes.
   */
  readonly missing: number | null;
}

/** The backup that the recovery ladder has restored, and how old it is. */
export interface Restored extends Freshness {
  readonly generation: number;
  /**
   * Whether this same state was restored before, and nothing newer was kept since. Contacts may then have seen its counters
   * twice.
   */
  readonly isAgain: boolean;
  /** Where the former profile is in quarantine; `null` if there was none. */
  readonly quarantine: string | null;
  /** Newer backups that turned out damaged. */
  readonly damaged: readonly number[];
}

/** A command for the page adapter. */
export type PageCommand =
  | { readonly type: 'refresh-qr' }
  | { readonly type: 'use-qr' }
  | { readonly type: 'request-link-code'; readonly phone: string }
  | { readonly type: 'submit-link-code'; readonly code: Concealed }
  | { readonly type: 'take-over' }
  /** Loads the page again from its own address. */
  | { readonly type: 'reload' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'log-out' }
  | { readonly type: 'acknowledge-dialog' }
  | { readonly type: 'answer-passkey'; readonly answer: Concealed }
  | { readonly type: 'refuse-passkey' };

/** A timer that the machine armed has expired. */
export type Tick = { readonly type: 'clock'; readonly timer: TimerName };

/** The timers that the machine arms. Each runs at most once at a time. */
export type TimerName = 'deadline' | 'expiry' | 'heartbeat' | 'backoff' | 'stable' | 'settle' | 'save';
