import type { EndReason } from './ending.js';
import type {
  BlockedBy,
  Concealed,
  Freshness,
  InterruptionCause,
  ReadyBlocker,
  RecoveryCause,
  Restrictions,
} from './event.js';

/** The state of a session. Each state has only the data that means something in it. Times are ms since 1970. */
export type State =
  | { readonly name: 'stopped' }
  | Starting
  | Loading
  | AwaitingQr
  | AwaitingLinkCode
  | AwaitingPasskey
  | Linking
  | Resuming
  | Syncing
  | Ready
  | VerifyingLogout
  | Interrupted
  | ActionRequired
  | BackingOff
  | LoggingOut
  | Stopping
  | Ended;

/** The name of a state. */
export type StateName = State['name'];

/** The state with a name. */
export type StateOf<S extends StateName> = Extract<State, { readonly name: S }>;

/** A state of a running session: all but `stopped` and `ended`. */
export type Active = Exclude<State, { readonly name: 'stopped' | 'ended' }>;

/** States in which a code may still have to be scanned or entered. */
export type LoginPending = StateOf<
  'loading' | 'awaiting-qr' | 'awaiting-link-code' | 'awaiting-passkey' | 'linking' | 'resuming' | 'action-required'
>;

/** States with an open page that the heartbeat reads. */
export type OnPage = LoginPending | StateOf<'syncing' | 'ready' | 'interrupted'>;

/** The data of one run, from `start` until the session is stopped or ended. */
export interface Run {
  readonly method: LinkMethod;
  readonly login: Login;
  /** Whether the store has a backup that was not tried yet in this run. */
  readonly canRestore: boolean;
  /** Whether nothing of this run is kept: its login ends with its browser, and is never saved. */
  readonly isEphemeral: boolean;
  /** How often a stuck page restarted the browser, since ready was last proved or the profile was replaced. */
  readonly stalls: number;
  /** How often the profile was replaced or erased since ready was last proved. */
  readonly rounds: number;
  /** Since when the network keeps this run from being ready, in ms since 1970; `null` while it does not. */
  readonly cutOffSince: number | null;
  /** Whether a browser has started since the run began. */
  readonly hasLaunched: boolean;
  /** The reason to report if a code has to be scanned or entered. */
  readonly why: LinkCause;
  /** QR codes emitted so far. */
  readonly qrCodes: number;
  /** Link codes requested so far. */
  readonly linkCodes: number;
  /** Restarts since the last long `ready`: the back-off grows with them. */
  readonly attempt: number;
  /** Browsers lost since the last long `ready`. */
  readonly crashes: number;
  /** How often another WhatsApp Web took the session over since the last long `ready`. */
  readonly takeovers: number;
  /** When the browser was last replaced because of its memory, in ms since 1970; `null` if it was not. */
  readonly renewedAt: number | null;
}

/** What the machine believes of the session's login. */
export type Login =
  /** The profile holds no credentials. */
  | { readonly is: 'none' }
  /** The profile holds credentials. */
  | {
      readonly is: 'held';
      /**
       * `link`: a code linked the device in this run. `profile`: the run resumed the login of the live profile. `backup`: the
       * recovery ladder restored an older profile.
       */
      readonly from: 'link' | 'profile' | 'backup';
      /** How old the restored profile was at the time `at`, in ms since 1970. Only with `backup`. */
      readonly restored?: Freshness & { readonly at: number };
      /**
       * `none`: the session was not ready with this login since the run began, or since a backup was restored. `fresh`: ready was
       * proved after the last save, so there is something new to save that is known to be good. `stale`: nothing newer than the
       * last save is proved, or the page has shown since then that the credentials may be gone.
       */
      readonly proof: 'none' | 'fresh' | 'stale';
    };

/** How to link the device. */
export type LinkMethod = { readonly by: 'qr' } | { readonly by: 'code'; readonly phone: string };

/** Why a link is needed: the session was never linked, or the reason why its link is gone. */
export type LinkCause = 'first-link' | 'relink' | 'link-failed' | 'unlinked-while-away' | 'credentials-lost';

/** Takes the lock, starts the browser, opens the page. */
export interface Starting {
  readonly name: 'starting';
  readonly run: Run;
  /** `clearing`: the former browser ends. `erasing`: the former credentials are erased. `restoring`: see `recovery`. */
  readonly phase: 'opening' | 'clearing' | 'erasing' | 'restoring' | 'launching' | 'navigating';
  /** Whether this start erases the credentials first. */
  readonly isFresh: boolean;
  /** Why a backup replaces the profile; `null` if none does. */
  readonly recovery: RecoveryCause | null;
}

/** The page is open and has not reported yet what it needs. */
export interface Loading {
  readonly name: 'loading';
  readonly run: Run;
  readonly awaits: 'page' | 'qr' | 'link-code';
  /** The parts that the page itself waits for. */
  readonly missing: readonly string[];
  /** The last emitted QR code: it has expired and is not emitted again. */
  readonly lapsed: Concealed | null;
  /** Whether the machine asked the page for a new code. */
  readonly isAsked: boolean;
}

/** The page shows a QR code to scan. */
export interface AwaitingQr {
  readonly name: 'awaiting-qr';
  readonly run: Run;
  readonly qr: Concealed;
  /** 1 for the first code of the run. */
  readonly seq: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** How many more codes the session may show after this code. */
  readonly remaining: number;
  /** Whether `qrTimeout` ends the code before the page does. */
  readonly isCutShort: boolean;
}

/** A person has to enter a link code: in Wakey or on the phone. */
export interface AwaitingLinkCode {
  readonly name: 'awaiting-link-code';
  readonly run: Run;
  readonly phone: string;
  readonly code: LinkCodeSide;
  /** 1 for the first code of the run. */
  readonly attempt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Where the link code is shown and where a person types it. */
export type LinkCodeSide =
  | { readonly direction: 'type-on-phone'; readonly code: Concealed }
  /** `again`: the last entry was wrong. `isSubmitted`: the page got an entry. */
  | { readonly direction: 'type-here'; readonly again: boolean; readonly isSubmitted: boolean };

/** The page asks for a WebAuthn assertion. */
export interface AwaitingPasskey {
  readonly name: 'awaiting-passkey';
  readonly run: Run;
  readonly request: Concealed;
  readonly expiresAt: number;
  /** Whether the page got an answer. */
  readonly isAnswered: boolean;
}

/** The phone accepted the code; the device is being registered. */
export interface Linking {
  readonly name: 'linking';
  readonly run: Run;
  readonly since: number;
  readonly lapsed: Concealed | null;
}

/** Credentials are present and the page reconnects with them: no code is needed. */
export interface Resuming {
  readonly name: 'resuming';
  readonly run: Run;
  readonly since: number;
}

/** Connected; messages are being loaded. */
export interface Syncing {
  readonly name: 'syncing';
  readonly run: Run;
  /** 0 to 100. */
  readonly percent: number;
  readonly missing: readonly ReadyBlocker[];
}

/** The page is proved usable. */
export interface Ready {
  readonly name: 'ready';
  readonly run: Run;
  /** The id of the account, such as `447700900000@c.us`. */
  readonly me: string;
  readonly since: number;
  /** The restrictions of the account; empty without restrictions. */
  readonly restrictions: Restrictions;
  /** Whether `ready` has lasted for `settle`, after which the session is saved. */
  readonly isSettled: boolean;
  /** Which save waits until the next reading proves ready once more; `null` without one. */
  readonly saveDue: 'settled' | 'scheduled' | null;
}

/**
 * The page reports a logout that this program did not request. The page is loaded again: only a second document without a
 * registered device confirms the logout, and a registered device disproves it.
 */
export interface VerifyingLogout {
  readonly name: 'verifying-logout';
  readonly run: Run;
  readonly by: 'phone' | 'us' | 'page';
  /** WhatsApp's own reason, if WhatsApp names one. */
  readonly code: string | null;
  /** The number of the document that reported it. */
  readonly document: number;
  readonly since: number;
}

/** Linked, not usable now, and expected to recover by itself. */
export interface Interrupted {
  readonly name: 'interrupted';
  readonly run: Run;
  readonly cause: InterruptionCause;
  readonly since: number;
  /** Whether the machine told the page to take over since the last reading. */
  readonly isTakingOver: boolean;
}

/** The page shows a dialog that only a person can settle. */
export interface ActionRequired {
  readonly name: 'action-required';
  readonly run: Run;
  readonly what: string;
  readonly since: number;
}

/** The browser is ended, and another browser starts after a delay. */
export interface BackingOff {
  readonly name: 'backing-off';
  readonly run: Run;
  readonly cause: string;
  /** In ms, before the spread that the runtime adds. */
  readonly delay: number;
  readonly isBrowserGone: boolean;
  /** Whether the delay is over. */
  readonly isDue: boolean;
}

/** The page has the command to unlink and has not confirmed it yet. */
export interface LoggingOut {
  readonly name: 'logging-out';
  readonly run: Run;
  readonly isRelinking: boolean;
}

/** Ends the browser, saves a good profile, releases the lock. */
export interface Stopping {
  readonly name: 'stopping';
  readonly run: Run;
  /** `proving`: the page is read once more, so that the saved profile is known to be good. */
  readonly phase: 'proving' | 'closing' | 'erasing' | 'saving' | 'releasing';
  readonly goal: Rest;
}

/** The state to which `stopping` leads. */
export type Rest = { readonly name: 'stopped' } | Omit<Ended, 'at'>;

/** The session has ended by itself, for a reason. `start` begins again. */
export interface Ended {
  readonly name: 'ended';
  readonly reason: EndReason;
  /** The facts of this case for a person, such as a missing part or the holder. Never a secret. */
  readonly detail: string;
  /** How long to wait, in ms, if WhatsApp said so. */
  readonly retryAfter: number | null;
  readonly at: number;
}

/** The ending for each block. */
export const endingOfBlock: { readonly [B in BlockedBy]: EndReason } = {
  ban: 'banned',
  terms: 'terms-of-service',
  outdated: 'client-outdated',
  proxy: 'network-blocked',
  browser: 'browser-unsuitable',
};
