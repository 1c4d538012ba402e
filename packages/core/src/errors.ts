import type { EndReason } from './machine/ending.js';

/**
 * Every code of a WakeyError: the endings of a session, and the failures of a call. Codes are stable; messages are for
 * people and may change.
 */
export type ErrorCode =
  | EndReason
  | 'aborted'
  | 'timeout'
  | 'expired'
  | 'closed'
  | 'stopped'
  | 'invalid-argument'
  | 'invalid-session-id'
  | 'invalid-phone-number'
  | 'command-refused'
  | 'unsupported'
  | 'sessions-dir-unusable'
  | 'store-unreadable'
  | 'store-unwritable'
  | 'stale-fence'
  | 'bundle-damaged'
  | 'bundle-unsupported'
  | 'wrong-key'
  | 'browser-lost'
  | 'page-crashed'
  | 'page-navigated'
  | 'page-command-failed'
  | 'evaluate-failed'
  | 'value-not-json';

/** The parts of a WakeyError. */
export interface ErrorFacts {
  /** What happened, one sentence. Never contains a secret. */
  readonly what: string;
  /** What the reader can do next, in one or two sentences. */
  readonly hint: string;
  readonly cause?: unknown;
  /** Plain facts for programs: a pid, a path, a holder. Never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error class of Wakey: a stable code, what happened, what to do, and the cause. */
export class WakeyError extends Error {
  override readonly name = 'WakeyError';
  readonly code: ErrorCode;
  /** What happened: the first part of the message. */
  readonly what: string;
  /** What the reader can do: the last part of the message. */
  readonly hint: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(`${facts.what} ${facts.hint}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.what = facts.what;
    this.hint = facts.hint;
    this.details = facts.details ?? {};
  }
}

/**
 * Whether a thrown value is a WakeyError, also from another copy of this package. With `code`: whether the error has that
 * code.
 */
export function isWakeyError(thrown: unknown, code?: ErrorCode): thrown is WakeyError {
  if (!(thrown instanceof Error) || thrown.name !== 'WakeyError' || !('code' in thrown)) return false;
  return code === undefined || thrown.code === code;
}
