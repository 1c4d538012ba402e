import type { EndReason } from './ending.js';
import type { BlockedBy, Concealed, InterruptionCause, ReadyBlocker, RecoveryCause, Restrictions } from './event.js';

/** Where a session stands. Data is present only in the states where it means something. Times are ms since 1970. */
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

/** The state of a name. */
export type StateOf<S extends StateName> = Extract<State, { readonly name: S }>;

/** A state between `start` and rest. */
export type Active = Exclude<State, { readonly name: 'stopped' | 'ended' }>;

/** What a run carries from `start` until it rests. */
export interface Run {
  readonly method: LinkMethod;
  /** Whether this profile is believed to hold credentials. */
  readonly isLinked: boolean;
  /** Whether the run began with credentials: re-auth, not re-scan. */
  readonly isResumed: boolean;
  /** Whether `ready` was reached since the run began. */
  readonly isProven: boolean;
  /** Whether the page has shown since that the credentials may be gone: what it would leave is not kept as good. */
  readonly isDoubted: boolean;
  /** Whether ready was proved since the session was last saved: only then is there something new that is known to be good. */
  readonly hasFreshProof: boolean;
  /** Whether the store keeps a generation that was not tried yet in this run. */
  readonly canRestore: boolean;
  /** Whether the profile is an older one that the recovery ladder put in place, and did not get ready since. */
  readonly isRestored: boolean;
  /** Restarts because the page itself was stuck, since ready was last proved or the profile was last replaced. */
  readonly stalls: number;
  /** How often the profile was replaced or erased since ready was last proved. */
  readonly rounds: number;
  /** When the network first kept this run from being ready, in ms since 1970; `null` while it does not. */
  readonly cutOffSince: number | null;
  /** Whether a browser has come up since the run began. */
  readonly hasLaunched: boolean;
  /** Why a code has to be scanned or entered, should it come to that. */
  readonly why: LinkCause;
  /** QR codes emitted so far. */
  readonly qrCodes: number;
  /** Link codes asked for so far. */
  readonly linkCodes: number;
  /** Restarts since the last long `ready`: what the back-off grows by. */
  readonly attempt: number;
  /** Browsers lost since the last long `ready`. */
  readonly crashes: number;
  /** Takeovers since the last long `ready`. */
  readonly takeovers: number;
}

/** How the device is to be linked. */
export type LinkMethod = { readonly by: 'qr' } | { readonly by: 'code'; readonly phone: string };

/** Why a link is needed (re-scan): nothing was ever linked here, or what became of the link. */
export type LinkCause = 'first-link' | 'relink' | 'link-failed' | 'unlinked-while-away' | 'credentials-lost';

/** The lock is taken, the browser started, the page opened. */
export interface Starting {
  readonly name: 'starting';
  readonly run: Run;
  /** `clearing`: ending the former browser. `erasing`: removing the former credentials. `restoring`: see `recovery`. */
  readonly phase: 'opening' | 'clearing' | 'erasing' | 'restoring' | 'launching' | 'navigating';
  /** Whether the credentials are removed on the way. */
  readonly isFresh: boolean;
  /** Why the profile is being replaced by what was kept; `null` when it is not. */
  readonly recovery: RecoveryCause | null;
}

/** The page is there; it has not yet said what it needs. */
export interface Loading {
  readonly name: 'loading';
  readonly run: Run;
  readonly awaits: 'page' | 'qr' | 'link-code';
  /** What the page itself waits for. */
  readonly missing: readonly string[];
  /** The last QR code that was emitted: it has lapsed and is not emitted again. */
  readonly lapsed: Concealed | null;
  /** Whether the page was asked for a new code. */
  readonly isAsked: boolean;
}

/** A QR code can be scanned. */
export interface AwaitingQr {
  readonly name: 'awaiting-qr';
  readonly run: Run;
  readonly qr: Concealed;
  /** 1 for the first code of the run. */
  readonly seq: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Codes that may still follow this one. */
  readonly remaining: number;
  /** Whether `qrTimeout` ends it before the page would. */
  readonly isCutShort: boolean;
}

/** A link code is to be entered: here or on the phone. */
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

/** Where the link code is shown, and where it is typed. */
export type LinkCodeSide =
  | { readonly direction: 'type-on-phone'; readonly code: Concealed }
  /** `again`: the last entry was wrong. `isSubmitted`: an entry was carried to the page. */
  | { readonly direction: 'type-here'; readonly again: boolean; readonly isSubmitted: boolean };

/** The page wants a WebAuthn assertion. */
export interface AwaitingPasskey {
  readonly name: 'awaiting-passkey';
  readonly run: Run;
  readonly request: Concealed;
  readonly expiresAt: number;
  /** Whether an answer was carried to the page. */
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

/** Proved usable. */
export interface Ready {
  readonly name: 'ready';
  readonly run: Run;
  /** Own id, such as `447700900000@c.us`. */
  readonly me: string;
  readonly since: number;
  /** The restrictions of the account. Empty: it has none. */
  readonly restrictions: Restrictions;
  /** Whether it lasted long enough to have been kept as good. */
  readonly isSettled: boolean;
  /** Which save waits for the next reading to prove ready once more; `null` when none does. */
  readonly saveDue: 'settled' | 'scheduled' | null;
}

/**
 * The page reports a logout that nobody here asked for. It is loaded afresh: only a second document without a registered
 * device confirms it, and a registered device disproves it.
 */
export interface VerifyingLogout {
  readonly name: 'verifying-logout';
  readonly run: Run;
  readonly by: 'phone' | 'us' | 'page';
  /** WhatsApp's own reason, where it gives one. */
  readonly code: string | null;
  /** The number of the document that reported it. */
  readonly document: number;
  readonly since: number;
}

/** Linked, not usable for now, expected to come back by itself. */
export interface Interrupted {
  readonly name: 'interrupted';
  readonly run: Run;
  readonly cause: InterruptionCause;
  readonly since: number;
  /** Whether the page was told to take over since it was last read. */
  readonly isTakingOver: boolean;
}

/** Something stands in the way that only a person can settle. */
export interface ActionRequired {
  readonly name: 'action-required';
  readonly run: Run;
  readonly what: string;
  readonly since: number;
}

/** The browser is let go; another is started after a delay. */
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

/** The page was asked to unlink; its confirmation is awaited. */
export interface LoggingOut {
  readonly name: 'logging-out';
  readonly run: Run;
  readonly isRelinking: boolean;
}

/** The browser is ended, what is good is kept, the lock given back. */
export interface Stopping {
  readonly name: 'stopping';
  readonly run: Run;
  /** `proving`: ready is read once more, so that what is saved is known to be good. */
  readonly phase: 'proving' | 'closing' | 'erasing' | 'saving' | 'releasing';
  readonly goal: Rest;
}

/** Where `stopping` leads. */
export type Rest = { readonly name: 'stopped' } | Omit<Ended, 'at'>;

/** Over, for a reason. `start` begins again. */
export interface Ended {
  readonly name: 'ended';
  readonly reason: EndReason;
  /** Facts of this case for a person: what was missing, who holds it. Never a secret. */
  readonly detail: string;
  /** In ms, where WhatsApp said how long to wait. */
  readonly retryAfter: number | null;
  readonly at: number;
}

/** The ending for each block. */
export const endingOfBlock: { readonly [B in BlockedBy]: EndReason } = {
  ban: 'banned',
  terms: 'terms-of-service',
  outdated: 'client-outdated',
  proxy: 'network-blocked',
};
