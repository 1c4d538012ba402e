import type { Notice } from '@wakey/core';
import type { EventJsonOf } from '../types.js';
import { freshnessFields } from './freshness.js';
import { restrictionsField } from './restrictions.js';
import { iso } from './time.js';

/** A notice that has an event of its own. The notice `ended` has none: the state `ended` carries the same facts. */
export type ReportedNotice = Exclude<Notice, { readonly type: 'ended' }>;

/** The fields of the event of a notice, its codes revealed. */
export function noticeFields(notice: ReportedNotice): object {
  const fields = fieldsOf[notice.type] as (notice: Notice) => object;
  return fields(notice);
}

type NoticeOf<T extends Notice['type']> = Extract<Notice, { readonly type: T }>;
type FieldsOf<E> = E extends unknown ? Omit<E, 'time' | 'session' | 'event'> : never;

/** The order of the fields is the order in the output. A notice that the schema lacks does not compile. */
const fieldsOf: {
  readonly [T in ReportedNotice['type']]: (notice: NoticeOf<T>) => FieldsOf<EventJsonOf<T>>;
} = {
  qr: ({ qr, seq, issuedAt, expiresAt, remaining }) => ({
    ...{ qr: qr.reveal(), seq, remaining, issuedAt: iso(issuedAt), expiresAt: iso(expiresAt) },
  }),
  'link-code': ({ phone, code, attempt, issuedAt, expiresAt }) => {
    const times = { attempt, issuedAt: iso(issuedAt), expiresAt: iso(expiresAt) };
    return code.direction === 'type-on-phone'
      ? { phone, direction: code.direction, code: code.code.reveal(), ...times }
      : { phone, direction: code.direction, again: code.again, ...times };
  },
  passkey: ({ request, expiresAt }) => ({ request: request.reveal(), expiresAt: iso(expiresAt) }),
  rescan: ({ why }) => ({ why }),
  fallback: ({ from, to, why, retryAfter }) => ({ from, to, why, ...(retryAfter === null ? {} : { retryAfter }) }),
  linked: () => ({}),
  ready: ({ me, how, ...rest }) => ({ me, how, ...freshnessFields(rest) }),
  // Empty: the restrictions are over.
  restrictions: ({ restrictions }) => ({ restrictions: {}, ...restrictionsField(restrictions) }),
  restarting: ({ cause, delay, attempt }) => ({ cause, delay, attempt }),
  renewing: ({ memory, baseline }) => ({ memory, baseline }),
  takeover: ({ count }) => ({ count }),
  saved: ({ generation }) => (generation === null ? {} : { generation }),
  recovery: (notice) => {
    if (notice.step !== 'restored') {
      const { type: _, ...facts } = notice;
      return facts;
    }
    const { step, why, generation, quarantine, damaged, isAgain } = notice;
    return { step, why, generation, quarantine, damaged, ...freshnessFields(notice), isAgain };
  },
  warning: ({ what }) => ({ what }),
};
