import {
  active,
  heartbeat,
  linked,
  loggedOutByUs,
  logOut,
  mergeEffects,
  onPage,
  relinkAtOnce,
  saving,
  unconfirmed,
  unlinked,
  warned,
} from './groups.js';
import { onBlocked, onIncompatible, onSilent } from './linked.js';
import { onLinkCodeFailed, onQrLapsed, type Unlinked } from './linking.js';
import { onLoggedOutAgain, onStillRegistered, onUnverified } from './logout.js';
import {
  afterCrash,
  afterCutOff,
  afterStall,
  begin,
  end,
  launch,
  load,
  notify,
  proceed,
  stop,
  stopReady,
  unkillable,
} from './moves.js';
import type { Policy } from './policy.js';
import { starting } from './starting.js';
import type { State, StateName, StateOf } from './state.js';
import { type EventOf, go, ignore, type Rules, refuse, type Step } from './step.js';

/** The rules of every state. */
const table: { readonly [S in StateName]: Rules<StateOf<S>> } = {
  stopped: {
    start: (_, { phone }) => begin(phone, false),
    relink: (_, { phone }) => begin(phone, true),
    stop: (state) => go(state),
  },
  ended: {
    start: (_, { phone }) => begin(phone, false),
    relink: (_, { phone }) => begin(phone, true),
    stop: (state) => go(state),
  },
  starting,
  loading: {
    ...unlinked,
    'page-booting': (state, { missing }) =>
      state.missing.join() === missing.join() ? ignore(state) : go({ ...state, missing }),
    'page-command-failed': (state, event, policy) => {
      if (event.command === 'refresh-qr') return go({ ...state, isAsked: false });
      return onFailed(state, event, policy);
    },
    clock: (state, { timer }) => {
      if (timer === 'heartbeat') return go({ ...state, isAsked: false }, { type: 'read-page' });
      const missing = state.missing.length > 0 ? `, waiting for ${state.missing.join(', ')}` : '';
      return end(state, 'page-stuck', `no ${state.awaits} in time${missing}`);
    },
  },
  'awaiting-qr': {
    ...unlinked,
    clock: (state, { timer }, policy) => (timer === 'expiry' ? onQrLapsed(state, policy) : heartbeat(state)),
    offline: (state) => go(load(state.run, 'qr', { lapsed: state.qr })),
    'page-booting': (state) => go(load(state.run, 'qr', { lapsed: state.qr })),
  },
  'awaiting-link-code': {
    ...unlinked,
    'submit-link-code': (state, { code }) =>
      state.code.direction === 'type-here'
        ? go(
            { ...state, code: { ...state.code, isSubmitted: true } },
            { type: 'command-page', command: { type: 'submit-link-code', code } },
          )
        : refuse(state),
    'page-command-failed': (state, event, policy) => {
      const { code } = state;
      const isEntry = event.command === 'submit-link-code' && code.direction === 'type-here';
      return onFailed(isEntry ? { ...state, code: { ...code, isSubmitted: false } } : state, event, policy);
    },
    clock: (state, { timer }, policy) =>
      timer === 'expiry'
        ? onLinkCodeFailed(state, { why: 'expired', detail: '', retryAfter: null }, policy)
        : heartbeat(state),
    'page-booting': (state, _, policy) =>
      onLinkCodeFailed(state, { why: 'expired', detail: 'the page was loaded again', retryAfter: null }, policy),
  },
  'awaiting-passkey': {
    ...unlinked,
    unpaired: ignore,
    qr: ignore,
    'qr-idle': ignore,
    'answer-passkey': (state, { answer }) =>
      go({ ...state, isAnswered: true }, { type: 'command-page', command: { type: 'answer-passkey', answer } }),
    'page-command-failed': (state, event, policy) =>
      onFailed(event.command === 'answer-passkey' ? { ...state, isAnswered: false } : state, event, policy),
    'refuse-passkey': (state) =>
      mergeEffects(end(state, 'passkey-refused'), { type: 'command-page', command: { type: 'refuse-passkey' } }),
    clock: (state, { timer }) => (timer === 'expiry' ? end(state, 'passkey-timeout') : heartbeat(state)),
  },
  linking: {
    ...unlinked,
    clock: (state, { timer }) =>
      timer === 'deadline' ? end(state, 'page-stuck', 'the device was not registered in time') : heartbeat(state),
  },
  // Not connected yet, so nothing could confirm a logout, as in `interrupted`.
  resuming: {
    ...unlinked,
    clock: (state, { timer, at }, policy) =>
      timer === 'deadline'
        ? afterCutOff(state, { reason: 'page-stuck', cause: 'the page did not reconnect in time', at }, policy)
        : heartbeat(state),
  },
  syncing: {
    ...linked,
    clock: (state, { timer }, policy) => {
      if (timer === 'heartbeat') return heartbeat(state);
      const blocker = `no progress at ${state.percent} %, missing: ${state.missing.join(', ') || 'synced'}`;
      return afterStall(state, blocker, policy);
    },
  },
  ready: {
    ...linked,
    stop: stopReady,
    clock: (state, { timer }) => {
      // Read the page once more before a save: only a profile that is ready now is saved.
      if (timer === 'settle') return go({ ...state, isSettled: true, saveDue: 'settled' }, { type: 'read-page' });
      if (timer === 'save') return go({ ...state, saveDue: state.saveDue ?? 'scheduled' }, { type: 'read-page' });
      if (timer === 'stable') return go({ ...state, run: { ...state.run, attempt: 0, crashes: 0, takeovers: 0 } });
      return heartbeat(state);
    },
  },
  'verifying-logout': {
    ...active,
    ...saving,
    relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
    'logged-out': onLoggedOutAgain,
    connecting: onStillRegistered,
    syncing: onStillRegistered,
    readiness: onStillRegistered,
    blocked: onBlocked,
    incompatible: onIncompatible,
    'browser-lost': (state, { detail }, policy) => afterCrash(state, detail, policy),
    'page-refused': (state, { reason, detail, at }, policy) =>
      afterCutOff(state, { reason, cause: detail, at }, policy),
    'page-command-failed': (state, { command, detail }, policy) =>
      command === 'reload' ? onUnverified(state, detail, policy) : ignore(state),
    clock: (state, { timer }, policy) =>
      timer === 'deadline' ? onUnverified(state, 'no answer in time', policy) : heartbeat(state),
  },
  interrupted: {
    ...linked,
    // Without a connection the page would forget its credentials, the phone would keep the device, and nothing could confirm
    // the logout.
    logout: refuse,
    relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
    'page-command-failed': (state, event, policy) => {
      if (event.command === 'take-over') return end(state, 'replaced', event.detail);
      return onPage['page-command-failed']?.(state, event, policy) ?? ignore(state);
    },
    clock: (state, { timer, at }, policy) => {
      if (timer === 'heartbeat') return heartbeat({ ...state, isTakingOver: false });
      const cause = `interrupted for too long: ${state.cause}`;
      if (state.cause === 'page-silent') return afterStall(state, cause, policy);
      return afterCutOff(state, { reason: 'page-stuck', cause, at }, policy);
    },
  },
  'action-required': {
    ...unlinked,
    logout: (state) => logOut(state, false),
    'read-failed': onSilent,
    clock: (state, { timer }) => (timer === 'deadline' ? end(state, 'action-not-taken', state.what) : heartbeat(state)),
  },
  'backing-off': {
    ...active,
    relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
    'browser-closed': (state) => (state.isDue ? launch(state.run) : go({ ...state, isBrowserGone: true })),
    'browser-unkillable': (_, { detail, at }) => unkillable(detail, at),
    clock: (state, { timer, at }) => {
      if (timer === 'deadline') return unkillable('the driver did not confirm that the browser has ended', at);
      return state.isBrowserGone ? launch(state.run) : go({ ...state, isDue: true });
    },
  },
  'logging-out': {
    ...active,
    'logged-out': (state, _, policy) => loggedOutByUs(state, policy),
    unpaired: (state, _, policy) => loggedOutByUs(state, policy),
    'browser-lost': (state, { detail }, policy) => unconfirmed(state, detail, policy),
    'page-command-failed': (state, { command, detail }, policy) =>
      command === 'log-out' ? unconfirmed(state, detail, policy) : ignore(state),
    clock: (state, { timer }, policy) =>
      timer === 'deadline' ? unconfirmed(state, 'no confirmation in time', policy) : heartbeat(state),
  },
  stopping: {
    stop: (state) => go(state),
    readiness: (state, { me, missing }) =>
      state.phase === 'proving' && me !== undefined && missing.length === 0
        ? stop({ ...state, run: { ...state.run, hasFreshProof: true } }, state.goal)
        : ignore(state),
    'read-failed': (state, { at }) => (state.phase === 'proving' ? proceed(state, at) : ignore(state)),
    'browser-closed': (state, { at }) => (state.phase === 'closing' ? proceed(state, at) : ignore(state)),
    'browser-unkillable': (state, { detail, at }) =>
      state.phase === 'closing' ? unkillable(detail, at) : ignore(state),
    erased: (state, { at }) => (state.phase === 'erasing' ? proceed(state, at) : ignore(state)),
    'erase-failed': (state, { at, detail }) =>
      state.phase === 'erasing' ? warned(proceed(state, at), `not erased: ${detail}`) : ignore(state),
    saved: (state, { at, generation = null }) =>
      state.phase === 'saving'
        ? mergeEffects(proceed(state, at), notify({ type: 'saved', generation }))
        : ignore(state),
    'save-failed': (state, { at, detail }) =>
      state.phase === 'saving' ? warned(proceed(state, at), `not saved: ${detail}`) : ignore(state),
    // A requested stop could not save the session, so report the loss as its ending.
    'workspace-lost': (state, { detail }) =>
      state.goal.name === 'stopped'
        ? go({ ...state, goal: { name: 'ended', reason: 'session-unreadable', detail, retryAfter: null } })
        : ignore(state),
    released: (state, { at }) => (state.phase === 'releasing' ? proceed(state, at) : ignore(state)),
    clock: (state, { at }) => {
      if (state.phase === 'closing') return unkillable('the driver did not confirm that the browser has ended', at);
      return warned(proceed(state, at), `no answer while ${state.phase}`);
    },
  },
};

/** The rules of a state. */
export function rulesOf(state: State): Rules<State> {
  return table[state.name] as Rules<State>;
}

/** The rule of states that are not linked for a failed page command. */
function onFailed(state: Unlinked, event: EventOf<'page-command-failed'>, policy: Policy): Step {
  return unlinked['page-command-failed']?.(state, event, policy) ?? ignore(state);
}
