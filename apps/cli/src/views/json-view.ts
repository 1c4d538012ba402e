import type { Notice, State, StateName, StateOf } from '@wakey/core';
import { isWakeyError, plainText } from '@wakey/core';
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

/** One JSON object a line on stdout: `{"time","session","event",…}`. Codes stand only in the events that are about them. */
export function jsonView({ out, err, session, now, isVerbose }: JsonViewOptions): View {
  let last = '';
  const put = (event: string, fields: Fields) =>
    out.write(`${JSON.stringify({ time: iso(now()), session, event, ...fields })}\n`);
  return {
    browser: (facts) => put('browser', { ...facts }),
    state(state) {
      const fields = fieldsOfState(state);
      const text = JSON.stringify(fields);
      if (text !== last) put('state', fields);
      last = text;
    },
    notice: (notice) => put(notice.type, fieldsOfNotice(notice)),
    tell: (text) => err.write(`${plainText(text)}\n`),
    log(level, message, fields) {
      if (isVerbose || level === 'warn' || level === 'error') err.write(`${logLine(level, message, fields, now())}\n`);
    },
    failed(error) {
      const code = isWakeyError(error) ? error.code : undefined;
      const details = isWakeyError(error) && Object.keys(error.details).length > 0 ? { details: error.details } : {};
      put('failed', { ...(code === undefined ? {} : { code }), message: messageOf(error), ...details });
    },
    close: () => undefined,
  };
}

/** Plain fields of an event. */
type Fields = Readonly<Record<string, unknown>>;

function fieldsOfState(state: State): Fields {
  const fields = stateFields[state.name] as (state: State) => Fields;
  return { state: state.name, ...fields(state) };
}

const stateFields: { readonly [S in StateName]: (state: StateOf<S>) => Fields } = {
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
  ended: ({ reason, detail }) => ({ reason, detail }),
};

function fieldsOfNotice(notice: Notice): Fields {
  const fields = noticeFields[notice.type] as (notice: Notice) => Fields;
  return fields(notice);
}

const noticeFields: { readonly [T in Notice['type']]: (notice: Extract<Notice, { readonly type: T }>) => Fields } = {
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
  // Empty: what was forbidden is so no more.
  restrictions: ({ restrictions }) => ({ restrictions: {}, ...restrictionsFields(restrictions) }),
  restarting: ({ cause, delay, attempt }) => ({ cause, delay, attempt }),
  takeover: ({ count }) => ({ count }),
  saved: ({ generation }) => (generation === null ? {} : { generation }),
  recovery: ({ type: _, ...facts }) => facts,
  warning: ({ what }) => ({ what }),
  ended: ({ reason, detail, retryAfter }) => ({ reason, detail, ...(retryAfter === null ? {} : { retryAfter }) }),
};

function iso(at: number): string {
  return new Date(at).toISOString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
