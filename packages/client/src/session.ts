import type { CancelSignal, Notice, Restrictions, Secret, State } from '@wakey/core';

/** Where a session stands: see `docs/state-machine.md`. A QR code or link code in it lapses with its `expiresAt`. */
export type SessionState = State;

/** What a session tells, by event. Each notice carries its data under the name of its type. */
export type SessionEvents<Native> = {
  /** Every change of state, also of the data within one. */
  readonly state: SessionState;
  /** The library's own page, each time a browser has opened it. */
  readonly page: Native;
} & { readonly [T in Notice['type']]: Extract<Notice, { readonly type: T }> };

/** What `ready` gives. */
export interface ReadyFacts {
  /** Own id, such as `447700900000@c.us`. */
  readonly me: string;
  /** In ms since 1970. */
  readonly since: number;
  /** What WhatsApp forbids the account although it works; empty: nothing. A change comes as event `restrictions`. */
  readonly restrictions: Restrictions;
}

/** A wait that can be cancelled. Aborting ends the wait, not the session. */
export interface WaitOptions {
  readonly signal?: CancelSignal;
}

/** How a run begins. Here aborting stops the session, and the call rejects with `aborted` once nothing of it runs. */
export interface StartOptions extends WaitOptions {
  /**
   * Link by code instead of by QR: the account's number in international format (`447700900000`; `+44 7700 900000` is
   * understood). Rejects with `invalid-phone-number` before anything is started. A number that the numbering plan does not know is
   * taken, with a `warning`.
   */
  readonly phone?: string;
}

/** One login of one account, kept. */
export interface Session<Native = unknown> {
  readonly id: string;
  readonly state: SessionState;
  /** The library's own page while a browser has it open. */
  readonly page: Native | undefined;
  /**
   * Takes the session, starts the browser, opens the page. Resolves when the page is open; what it needs comes as events.
   * Rejects with the ending's code (`session-in-use`, `browser-unavailable`, `page-unreachable` …) when it came to one,
   * with `command-refused` when it runs already, with `stopped` when `stop` came in between.
   */
  start(options?: StartOptions): Promise<void>;
  /**
   * Ends the browser in order, keeps what is good, gives the session back. Resolves when all of that is done; also when
   * nothing runs. Rejects with `browser-unkillable` when the browser's end could not be confirmed.
   */
  stop(options?: WaitOptions): Promise<void>;
  /**
   * Unlinks this device and erases the credentials once the page has confirmed it. Rejects with `logout-unconfirmed`
   * when it did not: the credentials are then kept. `command-refused` while nothing is linked, and while the connection is
   * not up (`resuming`, `interrupted`), since nothing could confirm it.
   */
  logout(options?: WaitOptions): Promise<void>;
  /**
   * Erases the credentials and begins again under the same id. Resolves when a new code is shown; rejects with the
   * ending's code when it came to one.
   */
  relink(options?: StartOptions): Promise<void>;
  /** Resolves when the session is ready, at once if it is. Rejects when it ends or is stopped first, or is not started. */
  ready(options?: WaitOptions): Promise<ReadyFacts>;
  /**
   * Types the link code that the phone shows. Resolves when the session took it; an entry that the page does not take comes as
   * `warning`, a wrong one as another `link-code`. `command-refused` when none is asked for.
   */
  submitLinkCode(code: string | Secret): Promise<void>;
  /** Answers a passkey request: the assertion as WebAuthn level 3 JSON. `command-refused` when none is asked for. */
  answerPasskey(assertion: string | Secret): Promise<void>;
  /** Refuses a passkey request: the session ends with `passkey-refused`. */
  refusePasskey(): Promise<void>;
  /** The current state, then each change, until the session rests or `signal` aborts. Nothing is skipped. */
  states(options?: WaitOptions): AsyncIterable<SessionState>;
  /**
   * Subscribes; gives the unsubscriber. A listener that throws stops nothing: it is logged, and told by `warning`. Without a log
   * and without a listener of `warning` it becomes an unhandled rejection, which Node reports.
   */
  on<E extends keyof SessionEvents<Native>>(
    event: E,
    listener: (payload: SessionEvents<Native>[E]) => void,
  ): () => void;
  /** `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
