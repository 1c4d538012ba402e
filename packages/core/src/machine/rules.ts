import {
  active,
  heartbeat,
  linked,
  logOut,
  mayRemain,
  mergeEffects,
  onPage,
  relinkAtOnce,
  unconfirmed,
  unlinked,
  warned,
  withMethod,
} from './groups.js';
import { onSilent } from './linked.js';
import { onLinkCodeFailed, onQrLapsed, type Unlinked } from './linking.js';
import {
  asNew,
  backOff,
  begin,
  end,
  launch,
  load,
  notify,
  opened,
  proceed,
  restore,
  startFresh,
  unkillable,
} from './moves.js';
import type { Policy } from './policy.js';
import { onNothingToRestore, onRestored, onRestoreFailed } from './recovery.js';
import type { State, StateName, StateOf } from './state.js';
import { type EventOf, go, ignore, type Rules, refuse, type Step } from './step.js';

/** Every state, and what it does with the events it knows. */
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
  starting: {
    ...active,
    relink: (state, { phone }) =>
      mayHoldBrowser[state.phase]
        ? relinkAtOnce(state, phone)
        : go({ ...state, isFresh: true, run: asNew(withMethod(state, phone), 'relink') }),
    'workspace-opened': onWorkspaceOpened,
    'workspace-refused': (state, { reason, detail }) => end(state, reason, detail),
    'browser-closed': (state) => {
      if (state.phase !== 'clearing') return ignore(state);
      if (state.recovery !== null && !state.isFresh) return restore(state.run, state.recovery);
      return go(
        { ...state, phase: 'erasing' },
        { type: 'erase', keep: state.run.why === 'relink' ? 'nothing' : 'newest' },
      );
    },
    restored: onRestored,
    'nothing-to-restore': onNothingToRestore,
    'restore-failed': onRestoreFailed,
    'browser-unkillable': (state, { detail, at }) =>
      state.phase === 'clearing' ? unkillable(detail, at) : ignore(state),
    erased: (state) => (state.phase === 'erasing' ? launch(state.run) : ignore(state)),
    'erase-failed': (state, { detail }) =>
      state.phase === 'erasing' ? end(state, 'session-unreadable', detail) : ignore(state),
    'browser-launched': (state) =>
      state.phase === 'launching'
        ? go({ ...state, phase: 'navigating', run: { ...state.run, hasLaunched: true } }, { type: 'open-page' })
        : ignore(state),
    'browser-refused': (state, { reason, detail }, policy) => {
      if (state.phase !== 'launching') return ignore(state);
      // One that never came up is tried once more: it may have been killed for want of memory.
      const mayPass = reason === 'browser-failed' && (state.run.hasLaunched || state.run.attempt === 0);
      return mayPass ? backOff(state, detail, 'crash', policy) : end(state, reason, detail);
    },
    'page-opened': (state, { at }) => (state.phase === 'navigating' ? go(opened(state.run, at)) : ignore(state)),
    'page-refused': (state, { reason, detail }, policy) => {
      if (state.phase !== 'navigating') return ignore(state);
      const isLast = !state.run.isProven && state.run.attempt >= policy.maxRestarts;
      const mayPass = state.run.isLinked && reason === 'page-unreachable' && !isLast;
      return mayPass ? backOff(state, detail, 'stall', policy) : end(state, reason, detail);
    },
    'browser-lost': (state, { detail }, policy) =>
      state.phase === 'navigating' ? backOff(state, detail, 'crash', policy) : ignore(state),
    clock: (state, { at }) => {
      if (state.phase === 'clearing') return unkillable('no confirmation of its end', at);
      return end(state, endingOfPhase[state.phase], `no answer while ${state.phase}`);
    },
  },
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
  // Not connected yet: logging out would be confirmed by nobody, as in `interrupted`.
  resuming: {
    ...unlinked,
    clock: (state, { timer }, policy) =>
      timer === 'deadline' ? backOff(state, 'the page did not reconnect in time', 'stall', policy) : heartbeat(state),
  },
  syncing: {
    ...linked,
    clock: (state, { timer }, policy) => {
      if (timer === 'heartbeat') return heartbeat(state);
      const blocker = `no progress at ${state.percent} %, missing: ${state.missing.join(', ') || 'synced'}`;
      return state.run.isProven ? backOff(state, blocker, 'stall', policy) : end(state, 'page-stuck', blocker);
    },
  },
  ready: {
    ...linked,
    clock: (state, { timer }) => {
      if (timer === 'settle') return go({ ...state, isSettled: true }, { type: 'save', why: 'settled' });
      if (timer === 'save') return go(state, { type: 'save', why: 'scheduled' });
      if (timer === 'stable') return go({ ...state, run: { ...state.run, attempt: 0, crashes: 0, takeovers: 0 } });
      return heartbeat(state);
    },
  },
  interrupted: {
    ...linked,
    // Without a connection the page would forget its credentials and the phone would not: nothing could confirm it.
    logout: refuse,
    relink: (state, { phone }) => relinkAtOnce(state, phone),
    'page-command-failed': (state, event, policy) => {
      if (event.command === 'take-over') return end(state, 'replaced', event.detail);
      return onPage['page-command-failed']?.(state, event, policy) ?? ignore(state);
    },
    clock: (state, { timer }, policy) =>
      timer === 'deadline'
        ? backOff(state, `interrupted for too long: ${state.cause}`, 'stall', policy)
        : heartbeat({ ...state, isTakingOver: false }),
  },
  'action-required': {
    ...unlinked,
    logout: (state) => logOut(state, false),
    'read-failed': onSilent,
    clock: (state, { timer }) => (timer === 'deadline' ? end(state, 'action-not-taken', state.what) : heartbeat(state)),
  },
  'backing-off': {
    ...active,
    relink: (state, { phone }) => relinkAtOnce(state, phone),
    'browser-closed': (state) => (state.isDue ? launch(state.run) : go({ ...state, isBrowserGone: true })),
    'browser-unkillable': (_, { detail, at }) => unkillable(detail, at),
    clock: (state, { timer, at }) => {
      if (timer === 'deadline') return unkillable('no confirmation of its end', at);
      return state.isBrowserGone ? launch(state.run) : go({ ...state, isDue: true });
    },
  },
  'logging-out': {
    ...active,
    'logged-out': (state) => (state.isRelinking ? startFresh(state.run, 'relink') : end(state, 'logged-out-by-us')),
    unpaired: (state) => (state.isRelinking ? startFresh(state.run, 'relink') : end(state, 'logged-out-by-us')),
    'browser-lost': (state, { detail }) => unconfirmed(state, detail),
    'page-command-failed': (state, { command, detail }) =>
      command === 'log-out' ? unconfirmed(state, detail) : ignore(state),
    clock: (state, { timer }) =>
      timer === 'deadline' ? unconfirmed(state, 'no confirmation in time') : heartbeat(state),
  },
  stopping: {
    stop: (state) => go(state),
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
    // A stop that was asked for did not keep what it was to keep.
    'workspace-lost': (state, { detail }) =>
      state.goal.name === 'stopped'
        ? go({ ...state, goal: { name: 'ended', reason: 'session-unreadable', detail, retryAfter: null } })
        : ignore(state),
    released: (state, { at }) => (state.phase === 'releasing' ? proceed(state, at) : ignore(state)),
    clock: (state, { at }) => {
      if (state.phase === 'closing') return unkillable('no confirmation of its end', at);
      return warned(proceed(state, at), `no answer while ${state.phase}`);
    },
  },
};

/** The rules of a state. */
export function rulesOf(state: State): Rules<State> {
  return table[state.name] as Rules<State>;
}

/** What a page that is not linked does about a command that failed. */
function onFailed(state: Unlinked, event: EventOf<'page-command-failed'>, policy: Policy): Step {
  return unlinked['page-command-failed']?.(state, event, policy) ?? ignore(state);
}

/** Before there is a browser the credentials are still going to be erased: a second erasure would run beside the launch. */
const mayHoldBrowser = {
  opening: false,
  clearing: false,
  erasing: false,
  restoring: false,
  launching: true,
  navigating: true,
} as const;

const endingOfPhase = {
  opening: 'session-unreadable',
  erasing: 'session-unreadable',
  restoring: 'session-unreadable',
  launching: 'browser-failed',
  navigating: 'page-unreachable',
} as const;

function onWorkspaceOpened(state: StateOf<'starting'>, event: EventOf<'workspace-opened'>): Step {
  if (state.phase !== 'opening') return ignore(state);
  if (state.isFresh) {
    const step = go({ ...state, phase: 'erasing' }, { type: 'erase', keep: 'nothing' });
    return event.linked ? warned(step, mayRemain) : step;
  }
  const { linked, canRestore, recover } = event;
  const run = { ...state.run, isLinked: linked, isResumed: linked, canRestore };
  return recover === undefined ? launch(run) : restore(run, recover);
}
