import type { CancelSignal, Freshness, Notice, Restrictions, Secret, State } from '@wakey/core';

/**
 * The state of a session: see `docs/state-machine.md`. A QR code or link code in it can be revealed until its `expiresAt`.
 */
export type SessionState = State;

/** The events of a session by name, with their payloads. Each `Notice` is an event whose name is the notice's type. */
export type SessionEvents<Native> = {
  /** The new state after every change, also after a change of the data within a state. */
  readonly state: SessionState;
  /** The page object of the browser library, each time a browser has opened the page. */
  readonly page: Native;
} & { readonly [T in Notice['type']]: Extract<Notice, { readonly type: T }> };

/** The result of `ready`: the account, and how old its profile is (`from`, `age`, `missing`). */
export interface ReadyFacts extends Freshness {
  /** The account's own id, such as `447700900000@c.us`. */
  readonly me: string;
  /** In ms since 1970. */
  readonly since: number;
  /**
   * What WhatsApp forbids the account at present; empty without restrictions. The event `restrictions` reports each
   * change.
   */
  readonly restrictions: Restrictions;
}

/** A wait that can be cancelled. Aborting ends the wait, not the session. */
export interface WaitOptions {
  readonly signal?: CancelSignal;
}

/**
 * How a run begins. Aborting here stops the session, and the call rejects with `aborted` once nothing of the session runs.
 */
export interface StartOptions extends WaitOptions {
  /**
   * Link by code instead of by QR: the account's number in international format (`447700900000`; `+44 7700 900000` works
   * too). Rejects with `invalid-phone-number` before it starts anything. A number that the numbering plan does not contain
   * is accepted with a `warning`.
   */
  readonly phone?: string;
}

/** One login of one account, which Wakey keeps. */
export interface Session<Native = unknown> {
  readonly id: string;
  readonly state: SessionState;
  /** The page object of the browser library while a browser has the page open. */
  readonly page: Native | undefined;
  /**
   * Takes the session, starts the browser, opens the page. Resolves when the page is open; the events `qr` and
   * `link-code` report the codes. Rejects with the code of the ending if the session ends (`session-in-use`,
   * `browser-unavailable`, `page-unreachable` …), with `command-refused` if the session runs already, and with
   * `stopped` if `stop` is called meanwhile.
   */
  start(options?: StartOptions): Promise<void>;
  /**
   * Ends the browser cleanly, writes a backup of a good login, releases the session. Resolves when all of that is done,
   * and at once if the session is not running. Rejects with `browser-unkillable` if the browser's end could not be
   * confirmed.
   */
  stop(options?: WaitOptions): Promise<void>;
  /**
   * Unlinks this device and erases the login once the page has confirmed the logout. Rejects with `logout-unconfirmed`
   * if the page does not confirm it; the login is then kept. Rejects with `command-refused` while the session is not
   * linked, and while it is not connected (`resuming`, `interrupted`), because the page could not confirm the logout
   * then.
   */
  logout(options?: WaitOptions): Promise<void>;
  /**
   * Erases the login and links again under the same id. Resolves when the page shows a new code; rejects with the code
   * of the ending if the session ends first.
   */
  relink(options?: StartOptions): Promise<void>;
  /**
   * Resolves when the session is ready, at once if it is ready now. Rejects if the session ends or stops first, or is not
   * running.
   */
  ready(options?: WaitOptions): Promise<ReadyFacts>;
  /**
   * Types the link code that the phone shows. Resolves when the session accepts the call. If the page does not accept
   * the entry, the event `warning` reports that; after a wrong code, the event `link-code` comes again. Rejects with
   * `command-refused` if the page does not ask for a link code.
   */
  submitLinkCode(code: string | Secret): Promise<void>;
  /**
   * Answers a passkey request with the assertion as WebAuthn level 3 JSON. Rejects with `command-refused` without a request.
   */
  answerPasskey(assertion: string | Secret): Promise<void>;
  /** Refuses a passkey request: the session ends with `passkey-refused`. */
  refusePasskey(): Promise<void>;
  /** The current state, then each change without a gap, until the session is stopped or ended, or `signal` aborts. */
  states(options?: WaitOptions): AsyncIterable<SessionState>;
  /**
   * Subscribes a listener and returns the function that unsubscribes it. A listener that throws stops neither the
   * session nor other listeners: its error goes to the log and to the event `warning`. Without a log and without a
   * listener of `warning`, the error becomes an unhandled rejection, which Node reports.
   */
  on<E extends keyof SessionEvents<Native>>(
    event: E,
    listener: (payload: SessionEvents<Native>[E]) => void,
  ): () => void;
  /** Calls `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
