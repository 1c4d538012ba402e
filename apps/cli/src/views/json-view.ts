import type { Notice, State, StateName, StateOf } from '@wakey/core';
import { isWakeyError, plainText, type WakeyError } from '@wakey/core';
import type { Out } from '../terminal/screen.js';
import { logLine } from './log-line.js';
import { restrictionsFields } from './restrictions-text.js';
import type { View } from './view.js';

/** What a JSON view works with. */
export interface JsonViewOptions {
  readonly out: Out;
  readonly err: Out;
  readonly session: string;
  readonly now: () => number;
  readonly isVerbose: boolean;
}

/**
 * One JSON object a line on stdout: `{"time","session","event",…}`. Codes stand only in the events that are about them. An
 * ending is one event, printed once the error in words is known, at the latest when the view closes.
 */
export function jsonView({ out, err, session, now, isVerbose }: JsonViewOptions): View {
  let last = '';
  let ending: StateOf<'ended'> | undefined;
  const put = (event: string, fields: Fields) =>
    out.write(`${JSON.stringify({ time: iso(now()), session, event, ...fields })}\n`);
  const putEnding = (error?: WakeyError) => {
    if (ending !== undefined) put('ended', fieldsOfEnding(ending, error));
    ending = undefined;
  };
  return {
    browser: (facts) => put('browser', { ...facts }),
    state(state) {
      putEnding();
      if (state.name === 'ended') {
        ending = state;
        return;
      }
      const fields = fieldsOfState(state);
      const text = JSON.stringify(fields);
      if (text !== last) put('state', fields);
      last = text;
    },
    notice(notice) {
      // The state `ended` carries the same facts.
      if (notice.type === 'ended') return;
      put(notice.type, fieldsOfNotice(notice));
    },
    tell: (text) => err.write(`${plainText(text)}\n`),
    log(level, message, fields) {
      if (isVerbose || level === 'warn' || level === 'error') err.write(`${logLine(level, message, fields, now())}\n`);
    },
    failed(error) {
      if (ending !== undefined && isWakeyError(error, ending.reason)) return putEnding(error);
      putEnding();
      const code = isWakeyError(error) ? error.code : undefined;
      const details = isWakeyError(error) && Object.keys(error.details).length > 0 ? { details: error.details } : {};
      put('failed', { ...(code === undefined ? {} : { code }), message: messageOf(error), ...details });
    },
    close: () => putEnding(),
  };
}

/** Plain fields of an event. */
type Fields = Readonly<Record<string, unknown>>;

function fieldsOfState(state: Exclude<State, StateOf<'ended'>>): Fields {
  const fields = stateFields[state.name] as (state: State) => Fields;
  return { state: state.name, ...fields(state) };
}

const stateFields: { readonly [S in Exclude<StateName, 'ended'>]: (state: StateOf<S>) => Fields } = {
  stopped: () => ({}),
  starting: ({ phase }) => ({ phase }),
  loading: ({ awaits, missing }) => ({ awaits, missing }),
  'awaiting-qr': ({ seq, remaining, issuedAt, expiresAt, run }) => ({
    seq,
    remaining,
    issuedAt: iso(issuedAt),
    expiresAt: iso(expiresAt),
    why: run.why,
  }),
  'awaiting-link-code': ({ phone, code, attempt, expiresAt, run }) => ({
    phone,
    direction: code.direction,
    attempt,
    expiresAt: iso(expiresAt),
    why: run.why,
  }),
  'awaiting-passkey': ({ expiresAt, isAnswered }) => ({ expiresAt: iso(expiresAt), isAnswered }),
  linking: ({ since }) => ({ since: iso(since) }),
  resuming: ({ since }) => ({ since: iso(since) }),
  syncing: ({ percent, missing }) => ({ percent, missing }),
  ready: ({ me, since, restrictions }) => ({ me, since: iso(since), ...restrictionsFields(restrictions) }),
  'verifying-logout': ({ by, code, since }) => ({ by, code, since: iso(since) }),
  interrupted: ({ cause, since }) => ({ cause, since: iso(since) }),
  'action-required': ({ what, since }) => ({ what, since: iso(since) }),
  'backing-off': ({ cause, delay, run }) => ({ cause, delay, attempt: run.attempt }),
  'logging-out': () => ({}),
  stopping: ({ phase }) => ({ phase }),
};

/** The fields of an ending: the state, the facts, and the message and the facts of its error. */
function fieldsOfEnding({ reason, detail, retryAfter }: StateOf<'ended'>, error?: WakeyError): Fields {
  const facts = Object.entries(error?.details ?? {}).filter(([name]) => name !== 'reason' && name !== 'retryAfter');
  return {
    state: 'ended',
    reason,
    detail,
    ...(retryAfter === null ? {} : { retryAfter }),
    ...(error === undefined ? {} : { message: error.message }),
    ...(facts.length === 0 ? {} : { details: Object.fromEntries(facts) }),
  };
}

function fieldsOfNotice(notice: Exclude<Notice, { readonly type: 'ended' }>): Fields {
  const fields = noticeFields[notice.type] as (notice: Notice) => Fields;
  return fields(notice);
}

const noticeFields: {
  readonly [T in Exclude<Notice['type'], 'ended'>]: (notice: Extract<Notice, { readonly type: T }>) => Fields;
} = {
  qr: ({ qr, seq, issuedAt, expiresAt, remaining }) => ({
    qr: qr.reveal(),
    seq,
    remaining,
    issuedAt: iso(issuedAt),
    expiresAt: iso(expiresAt),
  }),
  'link-code': ({ phone, code, attempt, issuedAt, expiresAt }) => ({
    phone,
    direction: code.direction,
    ...(code.direction === 'type-on-phone' ? { code: code.code.reveal() } : { again: code.again }),
    attempt,
    issuedAt: iso(issuedAt),
    expiresAt: iso(expiresAt),
  }),
  passkey: ({ request, expiresAt }) => ({ request: request.reveal(), expiresAt: iso(expiresAt) }),
  rescan: ({ why }) => ({ why }),
  fallback: ({ from, to, why, retryAfter }) => ({ from, to, why, retryAfter }),
  linked: () => ({}),
  ready: ({ me, how }) => ({ me, how }),
  // Empty: the restrictions are over.
  restrictions: ({ restrictions }) => ({ restrictions: {}, ...restrictionsFields(restrictions) }),
  restarting: ({ cause, delay, attempt }) => ({ cause, delay, attempt }),
  takeover: ({ count }) => ({ count }),
  saved: ({ generation }) => (generation === null ? {} : { generation }),
  recovery: ({ type: _, ...facts }) => facts,
  warning: ({ what }) => ({ what }),
};

function iso(at: number): string {
  return new Date(at).toISOString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
