import { isKnownLinkCode, isKnownPasskey, isKnownQr, lapsedOf } from './codes.js';
import type { Effect } from './effect.js';
import type { LinkCodeFailure } from './event.js';
import { end, load, notify, unlinked } from './moves.js';
import type { Policy } from './policy.js';
import { onCredentialsLost } from './recovery.js';
import type { AwaitingQr, LinkCodeSide, LoginPending, Run } from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/** The page has no registered device: asks it for a QR code or a link code, depending on the method. */
export function onUnpaired(state: LoginPending, policy: Policy): Step {
  const isNews = state.name === 'resuming' || (state.name === 'loading' && state.awaits === 'page');
  if (!isNews) return ignore(state);
  const recovered = onCredentialsLost(state, policy);
  if (recovered !== undefined) return recovered;
  const { run, effects } = unlinked(state.run);
  if (run.method.by === 'qr') return go(load(run, 'qr'), ...effects);
  return go(load(run, 'link-code', { isAsked: true }), ...effects, requestLinkCode(run.method.phone));
}

/** The page shows a QR code: emits each code once, at most `maxQr` codes, and only if the session links by QR. */
export function onQr(state: LoginPending, event: EventOf<'qr'>, policy: Policy): Step {
  if (state.run.method.by === 'code') return onUnpaired(state, policy);
  if (isKnownQr(state, event.qr)) return ignore(state);
  const recovered = onCredentialsLost(state, policy);
  if (recovered !== undefined) return recovered;
  if (state.run.qrCodes >= policy.maxQr) return end(state, 'qr-exhausted', `${state.run.qrCodes} codes expired`);
  const { run, effects } = unlinked(state.run);
  const seq = run.qrCodes + 1;
  const isCutShort = event.ttl === undefined || policy.qrTimeout < event.ttl;
  const lifetime = isCutShort ? policy.qrTimeout : (event.ttl ?? policy.qrTimeout);
  const facts = {
    qr: event.qr,
    seq,
    issuedAt: event.at,
    expiresAt: event.at + lifetime,
    remaining: policy.maxQr - seq,
  };
  return go(
    { name: 'awaiting-qr', run: { ...run, qrCodes: seq }, ...facts, isCutShort },
    ...effects,
    notify({ type: 'qr', ...facts }),
  );
}

/** The page shows no codes any more: asks it for new codes, up to `maxQr`. */
export function onQrIdle(state: LoginPending, policy: Policy): Step {
  if (state.run.method.by === 'code') return onUnpaired(state, policy);
  const recovered = onCredentialsLost(state, policy);
  if (recovered !== undefined) return recovered;
  if (state.run.qrCodes >= policy.maxQr) return end(state, 'qr-exhausted', `${state.run.qrCodes} codes expired`);
  if (state.name === 'loading' && state.isAsked) return ignore(state);
  if (state.name === 'awaiting-passkey' || state.name === 'action-required') return ignore(state);
  const { run, effects } = unlinked(state.run);
  return go(load(run, 'qr', { lapsed: lapsedOf(state), isAsked: true }), ...effects, refreshQr);
}

/** The QR code expired before a person scanned it. */
export function onQrLapsed(state: AwaitingQr, policy: Policy): Step {
  if (state.run.qrCodes >= policy.maxQr) return end(state, 'qr-exhausted', `${state.run.qrCodes} codes expired`);
  const next = load(state.run, 'qr', { lapsed: state.qr, isAsked: state.isCutShort });
  return state.isCutShort ? go(next, refreshQr) : go(next);
}

/** The page shows a link code to type on the phone, or asks for a link code to be typed here. */
export function onLinkCode(
  state: LoginPending,
  event: EventOf<'link-code'> | EventOf<'link-code-wanted'>,
  policy: Policy,
): Step {
  const { method } = state.run;
  if (method.by !== 'code') return ignore(state);
  const recovered = onCredentialsLost(state, policy);
  if (recovered !== undefined) return recovered;
  const code: LinkCodeSide =
    event.type === 'link-code'
      ? { direction: 'type-on-phone', code: event.code }
      : { direction: 'type-here', again: event.again, isSubmitted: false };
  if (isKnownLinkCode(state, code)) return ignore(state);
  const isSameAttempt = state.name === 'awaiting-link-code' && event.type === 'link-code-wanted';
  const attempt = state.run.linkCodes + (isSameAttempt ? 0 : 1);
  if (attempt > policy.maxLinkCodes) return giveUpLinkCode(state, 'link-codes-exhausted', '', null, policy);
  const { run, effects } = unlinked(state.run);
  const facts = {
    phone: method.phone,
    code,
    attempt,
    issuedAt: event.at,
    expiresAt: isSameAttempt ? state.expiresAt : event.at + (event.ttl ?? policy.linkCodeTimeout),
  };
  return go(
    { name: 'awaiting-link-code', run: { ...run, linkCodes: attempt }, ...facts },
    ...effects,
    notify({ type: 'link-code', ...facts }),
  );
}

/** The page could not get a link code, or its link code was refused. */
export function onLinkCodeFailed(
  state: LoginPending,
  failure: { readonly why: LinkCodeFailure; readonly detail: string; readonly retryAfter: number | null },
  policy: Policy,
): Step {
  const { method } = state.run;
  if (method.by !== 'code') return ignore(state);
  if (failure.why === 'expired' && state.run.linkCodes < policy.maxLinkCodes) {
    return go(load(state.run, 'link-code', { isAsked: true }), requestLinkCode(method.phone));
  }
  return giveUpLinkCode(state, endingOfFailure[failure.why], failure.detail, failure.retryAfter, policy);
}

/** The phone accepted a code. */
export function onLinking(state: LoginPending, event: EventOf<'linking'>): Step {
  if (state.name === 'linking') return ignore(state);
  return go({ name: 'linking', run: state.run, since: event.at, lapsed: lapsedOf(state) });
}

/** The page asks for a passkey assertion. */
export function onPasskey(state: LoginPending, event: EventOf<'passkey'>, policy: Policy): Step {
  if (isKnownPasskey(state, event.request)) return ignore(state);
  const expiresAt = event.at + Math.min(event.ttl ?? policy.passkeyTimeout, policy.passkeyTimeout);
  const { request } = event;
  return go(
    { name: 'awaiting-passkey', run: state.run, request, expiresAt, isAnswered: false },
    notify({ type: 'passkey', request, expiresAt }),
  );
}

/** The command that asks the page for a link code. */
export function requestLinkCode(phone: string): Effect {
  return { type: 'command-page', command: { type: 'request-link-code', phone } };
}

const refreshQr: Effect = { type: 'command-page', command: { type: 'refresh-qr' } };

const endingOfFailure = {
  expired: 'link-codes-exhausted',
  'wrong-number': 'wrong-phone-number',
  'too-many-devices': 'too-many-devices',
  'rate-limited': 'rate-limited',
  rejected: 'link-rejected',
} as const satisfies { readonly [F in LinkCodeFailure]: string };

function giveUpLinkCode(
  state: LoginPending,
  reason: (typeof endingOfFailure)[LinkCodeFailure],
  detail: string,
  retryAfter: number | null,
  policy: Policy,
): Step {
  if (policy.linkCodeFallback === 'none') return end(state, reason, detail, retryAfter);
  const run: Run = { ...state.run, method: { by: 'qr' } };
  return go(
    load(run, 'qr', { isAsked: true }),
    { type: 'command-page', command: { type: 'use-qr' } },
    notify({ type: 'fallback', from: 'link-code', to: 'qr', why: reason, retryAfter }),
  );
}
