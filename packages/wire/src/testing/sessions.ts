import { type Notice, type Run, reasons, type StateName, type StateOf, secret } from '@wakey/core';
import * as fc from 'fast-check';
import type { ReportedNotice } from '../encode/notice.js';

/** The secret text of every code in these fixtures. A test checks that no output without secrets contains it. */
export const CODE = '2@the-secret-code';

/** From 1970 to the last moment that a Date can hold, in ms. */
export const time = fc.integer({ min: 0, max: 8.64e15 });
const text = fc.string({ unit: 'grapheme' });
const texts = fc.array(text, { maxLength: 3 });
const count = fc.nat();
const code = fc.constant(secret(CODE));
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const linkCause = fc.constantFrom(
  ...(['first-link', 'relink', 'link-failed', 'unlinked-while-away', 'credentials-lost'] as const),
);
const recoveryCause = fc.constantFrom(
  ...(['profile-packed', 'profile-missing', 'profile-damaged', 'profile-stale', 'profile-behind'] as const),
  ...(['credentials-lost', 'never-ready'] as const),
);
const reason = fc.constantFrom(...(Object.keys(reasons) as (keyof typeof reasons)[]));
const blockers = fc.subarray(['socket', 'own-id', 'synced', 'dialog', 'alive'] as const);
const quarantine = orNull(text);
const freshness = {
  ...{ from: fc.constantFrom('live', 'newest', 'older'), age: count },
  missing: orNull(count),
};

/** A record with some of its fields left out. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

/** Any restrictions, none included. */
export const restrictions = some({
  timeLock: some({ kind: text, until: time }),
  messageCapping: fc.record(
    {
      status: fc.constantFrom(...(['first-warning', 'second-warning', 'capped'] as const)),
      ...{ used: count, quota: count, until: time },
    },
    { requiredKeys: ['status'] },
  ),
});

/** The part of a run's data that the JSON shows; `hidden` has the rest. */
const run = fc.record({ why: linkCause, attempt: count }).map((shown): Run => ({ ...hidden, ...shown }));
const hidden = {
  method: { by: 'code', phone: '447700900000' },
  login: { is: 'held', from: 'link', proof: 'none' },
  ...{ canRestore: false, isEphemeral: false, hasLaunched: true },
  ...{ stalls: 0, rounds: 0, cutOffSince: null, qrCodes: 1, linkCodes: 0, crashes: 0, takeovers: 0, renewedAt: null },
} as const;

const linkCodeSide = fc.oneof(
  fc.record({ direction: fc.constant('type-on-phone' as const), code }),
  fc.record({ direction: fc.constant('type-here' as const), again: fc.boolean(), isSubmitted: fc.boolean() }),
);
const qr = { qr: code, seq: count, issuedAt: time, expiresAt: time, remaining: count };
const linkCode = { phone: text, code: linkCodeSide, attempt: count, issuedAt: time, expiresAt: time };

/** Every state of the machine, with any data. */
export const states: { readonly [S in StateName]: fc.Arbitrary<StateOf<S>> } = {
  stopped: fc.constant({ name: 'stopped' }),
  starting: named('starting', {
    ...{ run, isFresh: fc.boolean(), recovery: orNull(recoveryCause) },
    phase: fc.constantFrom(...(['opening', 'clearing', 'erasing', 'restoring', 'launching', 'navigating'] as const)),
  }),
  loading: named('loading', {
    ...{ run, missing: texts, lapsed: orNull(code), isAsked: fc.boolean() },
    awaits: fc.constantFrom(...(['page', 'qr', 'link-code'] as const)),
  }),
  'awaiting-qr': named('awaiting-qr', { run, ...qr, isCutShort: fc.boolean() }),
  'awaiting-link-code': named('awaiting-link-code', { run, ...linkCode }),
  'awaiting-passkey': named('awaiting-passkey', { run, request: code, expiresAt: time, isAnswered: fc.boolean() }),
  linking: named('linking', { run, since: time, lapsed: orNull(code) }),
  resuming: named('resuming', { run, since: time }),
  syncing: named('syncing', { run, percent: fc.integer({ min: 0, max: 100 }), missing: blockers }),
  ready: named('ready', {
    ...{ run, me: text, since: time, restrictions, isSettled: fc.boolean() },
    saveDue: fc.constantFrom('settled', 'scheduled', null),
  }),
  'verifying-logout': named('verifying-logout', {
    ...{ run, by: fc.constantFrom('phone', 'us', 'page'), code: orNull(text), document: count, since: time },
  }),
  interrupted: named('interrupted', {
    ...{ run, cause: fc.constantFrom('network', 'phone', 'conflict', 'page-silent'), since: time },
    isTakingOver: fc.boolean(),
  }),
  'action-required': named('action-required', { run, what: text, since: time }),
  'backing-off': named('backing-off', {
    ...{ run, cause: text, delay: count, isBrowserGone: fc.boolean(), isDue: fc.boolean() },
  }),
  'logging-out': named('logging-out', { run, isRelinking: fc.boolean() }),
  stopping: named('stopping', {
    ...{ run, phase: fc.constantFrom('proving', 'closing', 'erasing', 'saving', 'releasing') },
    goal: fc.constant({ name: 'stopped' } as const),
  }),
  ended: named('ended', { reason, detail: text, retryAfter: orNull(count), at: time }),
};

/** Every notice that has an event, with any data. */
export const notices: {
  readonly [T in ReportedNotice['type']]: fc.Arbitrary<Extract<Notice, { readonly type: T }>>;
} = {
  qr: fc.record({ type: fc.constant('qr'), ...qr }),
  'link-code': fc.record({ type: fc.constant('link-code'), ...linkCode }),
  passkey: fc.record({ type: fc.constant('passkey'), request: code, expiresAt: time }),
  rescan: fc.record({ type: fc.constant('rescan'), why: linkCause }),
  fallback: fc.record({
    ...{ type: fc.constant('fallback'), from: fc.constant('link-code'), to: fc.constant('qr') },
    ...{ why: text, retryAfter: orNull(count) },
  }),
  linked: fc.record({ type: fc.constant('linked') }),
  ready: fc.record({
    ...{ type: fc.constant('ready'), me: text, how: fc.constantFrom('linked', 'resumed', 'reconnected'), ...freshness },
  }),
  restrictions: fc.record({ type: fc.constant('restrictions'), restrictions }),
  restarting: fc.record({ type: fc.constant('restarting'), cause: text, delay: count, attempt: count }),
  renewing: fc.record({ type: fc.constant('renewing'), memory: count, baseline: count }),
  takeover: fc.record({ type: fc.constant('takeover'), count }),
  saved: fc.record({ type: fc.constant('saved'), generation: orNull(count) }),
  recovery: fc.oneof(
    fc.record({ type: fc.constant('recovery'), step: fc.constant('restoring'), why: recoveryCause }),
    fc.record({
      ...{ type: fc.constant('recovery'), step: fc.constant('restored'), why: recoveryCause },
      ...{ generation: count, quarantine, damaged: fc.array(count), ...freshness, isAgain: fc.boolean() },
    }),
    fc.record({ type: fc.constant('recovery'), step: fc.constant('link-again'), why: recoveryCause, quarantine }),
  ),
  warning: fc.record({ type: fc.constant('warning'), what: text }),
};

/** Any session of a directory. */
export const listings = fc.record(
  {
    ...{ id: text, isHeld: fc.boolean() },
    holder: fc.record({ host: text, pid: count, since: time, program: text }),
    problem: fc.record({ code: text, message: text }),
    record: fc.record(
      {
        ...{ linkedAt: time, lostAt: time, me: text, lastReadyAt: time, restrictions, driver: text },
        ...{ browser: fc.record({ product: text, version: text }), generation: count, keptAt: time },
        proved: fc.record({ generation: count, at: time }),
        recovery: fc.record(
          { at: time, why: recoveryCause, generation: count, through: count, quarantine: text },
          { requiredKeys: ['at', 'why'] },
        ),
        setAside: fc.record({ generation: count, until: time }),
      },
      { requiredKeys: ['generation'] },
    ),
  },
  { requiredKeys: ['id', 'isHeld'] },
);

function named<const S extends string, F extends object>(name: S, fields: { [K in keyof F]: fc.Arbitrary<F[K]> }) {
  return fc.record({ ...fields, name: fc.constant(name) }) as unknown as fc.Arbitrary<F & { readonly name: S }>;
}
