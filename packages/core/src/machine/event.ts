import type { EndReason } from './ending.js';

/** A secret as the machine sees it: it can be compared, never printed. Any `Secret` of a string is one. */
export interface Concealed {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

/** What the machine reacts to. `at` is the time it happened, in ms since 1970: the machine has no clock of its own. */
export type Event = { readonly at: number } & (Command | PageSignal | Outcome | Tick);

/** What a caller asks for. A state that cannot do it refuses: the caller's error. */
export type Command =
  | { readonly type: 'start'; readonly phone?: string }
  | { readonly type: 'stop' }
  | { readonly type: 'logout' }
  | { readonly type: 'relink'; readonly phone?: string }
  | { readonly type: 'submit-link-code'; readonly code: Concealed }
  | { readonly type: 'answer-passkey'; readonly answer: Concealed }
  | { readonly type: 'refuse-passkey' };

/**
 * What a page adapter saw. Signals are levels, not edges: the same one may come again at every re-read and must then
 * change nothing.
 */
export type PageSignal =
  /** The page is there but its own boot is not through; `missing` names what it waits for. */
  | { readonly type: 'page-booting'; readonly missing: readonly string[] }
  /** No device is registered in this profile, and no code is shown yet. */
  | { readonly type: 'unpaired' }
  /** A QR code that can be scanned now. `ttl`: how long the page will show it from now on, in ms, where it says so. */
  | { readonly type: 'qr'; readonly qr: Concealed; readonly ttl?: number }
  /** The page stopped showing codes and waits to be asked for new ones. */
  | { readonly type: 'qr-idle' }
  /** A link code to type on the phone. `ttl` in ms. */
  | { readonly type: 'link-code'; readonly code: Concealed; readonly ttl?: number }
  /** The phone shows a link code; the page waits for somebody to type it here. `again`: the last one was wrong. */
  | { readonly type: 'link-code-wanted'; readonly again: boolean; readonly ttl?: number }
  /** `retryAfter` in ms. */
  | { readonly type: 'link-code-failed'; readonly why: LinkCodeFailure; readonly retryAfter?: number }
  /** The phone accepted the code; keys are being exchanged. */
  | { readonly type: 'linking' }
  /** A registered device is connecting. */
  | { readonly type: 'connecting' }
  /** 0 to 100. */
  | { readonly type: 'syncing'; readonly percent: number }
  /** What is known of readiness. Nothing missing and `me` known: ready. No `restrictions`: there are none. */
  | {
      readonly type: 'readiness';
      readonly me?: string;
      readonly missing: readonly ReadyBlocker[];
      readonly restrictions?: Restrictions;
    }
  /** Registered, but not connected for now. */
  | { readonly type: 'offline'; readonly cause: InterruptionCause }
  /** Another client connected with the same device, or another tab has it. */
  | { readonly type: 'conflict' }
  /**
   * The page announced a logout, and no device is registered in it now: read in a document that is known as WhatsApp's, on
   * the session's own origin, with an HTTP status below 400, whose line to the service offers a new link. `document` counts
   * the documents of this page: a later one has a greater number. `code`: WhatsApp's own logout reason.
   */
  | {
      readonly type: 'logged-out';
      readonly by: 'phone' | 'us' | 'page';
      readonly document: number;
      readonly code?: string;
    }
  /** `retryAfter`: in ms, where WhatsApp says how long the block lasts. */
  | { readonly type: 'blocked'; readonly by: BlockedBy; readonly retryAfter?: number }
  /** A dialog that stands in the way and that the adapter could not acknowledge by itself. */
  | { readonly type: 'dialog'; readonly what: string }
  /** The page asks for a WebAuthn assertion: the request options as JSON (WebAuthn level 3). `ttl` in ms. */
  | { readonly type: 'passkey'; readonly request: Concealed; readonly ttl?: number }
  /** The page lacks what the adapter needs. `missing`: entries of its table. */
  | { readonly type: 'incompatible'; readonly missing: readonly string[]; readonly version?: string };

/** Why no link code could be had or used. */
export type LinkCodeFailure = 'expired' | 'wrong-number' | 'too-many-devices' | 'rate-limited' | 'rejected';

/** What still stands between a connected page and ready. */
export type ReadyBlocker = 'socket' | 'own-id' | 'synced' | 'dialog' | 'alive';

/**
 * What WhatsApp forbids an account that works. Restrictions are facts of a ready session and end nothing. A field that is absent
 * means no such restriction. Times are in ms since 1970.
 */
export interface Restrictions {
  /** The account may write only to people who wrote first. `kind`: the reason, in WhatsApp's words. `until`: when it ends. */
  readonly timeLock?: { readonly kind?: string; readonly until?: number };
  /** The account has started nearly all, or all, of the new chats it may start: `used` of `quota`. `until`: when the count restarts. */
  readonly messageCapping?: {
    readonly status: 'first-warning' | 'second-warning' | 'capped';
    readonly used?: number;
    readonly quota?: number;
    readonly until?: number;
  };
}

/** Why a linked session is not usable for now. */
export type InterruptionCause = 'network' | 'phone' | 'conflict' | 'page-silent';

/** Who keeps a linked session out. */
export type BlockedBy = 'ban' | 'terms' | 'outdated' | 'proxy';

/** How an effect went. */
export type Outcome =
  /**
   * The session's directory is open and ours. `linked`: its record, or what the store keeps, says that there are credentials.
   * `recover`: why the live profile is not to be used. `canRestore`: whether the store keeps a generation. `linkedAt`: the
   * origin that the login belongs to, where that is another one than the page's.
   */
  | {
      readonly type: 'workspace-opened';
      readonly linked: boolean;
      readonly recover?: RecoveryCause;
      readonly canRestore: boolean;
      readonly linkedAt?: string;
    }
  | { readonly type: 'workspace-refused'; readonly reason: EndReason; readonly detail: string }
  | { readonly type: 'browser-launched' }
  | { readonly type: 'browser-refused'; readonly reason: EndReason; readonly detail: string }
  | { readonly type: 'page-opened' }
  | { readonly type: 'page-refused'; readonly reason: EndReason; readonly detail: string }
  /** The browser, or its page, is gone without having been told to. */
  | { readonly type: 'browser-lost'; readonly detail: string }
  | { readonly type: 'browser-closed' }
  | { readonly type: 'browser-unkillable'; readonly detail: string }
  /** Re-reading the page failed or went unanswered. */
  | { readonly type: 'read-failed'; readonly detail: string }
  | { readonly type: 'page-command-failed'; readonly command: PageCommand['type']; readonly detail: string }
  /** A kept generation is in the profile's place; what was there is in quarantine. */
  | ({ readonly type: 'restored' } & Restored)
  /** There is no (further) generation. The profile is empty now; after `never-ready` it stays in place. */
  | { readonly type: 'nothing-to-restore'; readonly quarantine: string | null }
  | { readonly type: 'restore-failed'; readonly detail: string }
  /** `generation`: what the store gave it, where there is a store. */
  | { readonly type: 'saved'; readonly generation?: number }
  | { readonly type: 'save-failed'; readonly detail: string }
  | { readonly type: 'erased' }
  | { readonly type: 'erase-failed'; readonly detail: string }
  | { readonly type: 'released' }
  | { readonly type: 'lease-lost'; readonly detail: string }
  /** The session's directory is not where it was opened: moved, removed or unmounted. Nothing can be kept there. */
  | { readonly type: 'workspace-lost'; readonly detail: string };

/**
 * Why the live profile is replaced by what was kept. `profile-packed`: it was erased on purpose at the last stop, as one in
 * memory is. `profile-stale`: another owner kept a newer one in the store. `never-ready`: the page connects with it and does
 * not get ready.
 */
export type RecoveryCause =
  | 'profile-packed'
  | 'profile-missing'
  | 'profile-damaged'
  | 'profile-stale'
  | 'credentials-lost'
  | 'never-ready';

/** What the recovery ladder has put in the profile's place. */
export interface Restored {
  readonly generation: number;
  /** Where the profile was put aside; `null` when there was none. */
  readonly quarantine: string | null;
  /** Newer generations that turned out damaged. */
  readonly damaged: readonly number[];
}

/** What a page adapter can be told. */
export type PageCommand =
  | { readonly type: 'refresh-qr' }
  | { readonly type: 'use-qr' }
  | { readonly type: 'request-link-code'; readonly phone: string }
  | { readonly type: 'submit-link-code'; readonly code: Concealed }
  | { readonly type: 'take-over' }
  /** Loads the page afresh from its own address. */
  | { readonly type: 'reload' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'log-out' }
  | { readonly type: 'acknowledge-dialog' }
  | { readonly type: 'answer-passkey'; readonly answer: Concealed }
  | { readonly type: 'refuse-passkey' };

/** A timer that the machine armed has run out. */
export type Tick = { readonly type: 'clock'; readonly timer: TimerName };

/** The timers the machine arms. A name is armed at most once at a time. */
export type TimerName = 'deadline' | 'expiry' | 'heartbeat' | 'backoff' | 'stable' | 'settle' | 'save';
