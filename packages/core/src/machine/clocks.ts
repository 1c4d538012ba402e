import type { Effect } from './effect.js';
import type { TimerName } from './event.js';
import type { Policy } from './policy.js';
import type { State, StateName, StateOf } from './state.js';

/** A timer that a state needs. The machine arms it when the state begins, and again whenever `key` changes. */
export interface TimerNeed {
  readonly timer: TimerName;
  readonly ms: number;
  readonly key: string | number;
  readonly spread?: number;
}

/** The timers that `state` needs if it begins at `at`. */
export function timersOf(state: State, policy: Policy, at: number): readonly TimerNeed[] {
  const needs = table[state.name] as (state: State, policy: Policy, at: number) => readonly TimerNeed[];
  return needs(state, policy, at);
}

/**
 * The timer effects between two states: disarms timers that the new state does not need, and arms those that it newly needs.
 * `fired` names a timer that has just expired, which is armed again if the new state needs it.
 */
export function rewind(from: State, to: State, policy: Policy, at: number, fired?: TimerName): readonly Effect[] {
  const before = new Map(timersOf(from, policy, at).map((need) => [need.timer, keyOf(from, need)]));
  const wanted = timersOf(to, policy, at);
  const effects: Effect[] = [];
  for (const timer of before.keys()) {
    if (timer !== fired && !wanted.some((need) => need.timer === timer)) effects.push({ type: 'disarm', timer });
  }
  for (const need of wanted) {
    if (need.timer !== fired && before.get(need.timer) === keyOf(to, need)) continue;
    effects.push({ type: 'arm', timer: need.timer, ms: Math.max(0, need.ms), spread: need.spread ?? 0 });
  }
  return effects;
}

function keyOf(state: State, need: TimerNeed): string {
  return `${state.name} ${need.key}`;
}

type TimerTable = {
  readonly [S in StateName]: (state: StateOf<S>, policy: Policy, at: number) => readonly TimerNeed[];
};

const table: TimerTable = {
  stopped: () => [],
  ended: () => [],
  starting: (state, policy) => [
    deadline(state.phase === 'restoring' ? policy.saveTimeout : policy.startTimeout, state.phase),
  ],
  loading: (state, policy) => [deadline(policy.loadTimeout, state.awaits), heartbeat(policy)],
  'awaiting-qr': (state, policy, at) => [expiry(state.expiresAt - at, state.seq), heartbeat(policy)],
  'awaiting-link-code': (state, policy, at) => [
    expiry(state.expiresAt - at, `${state.attempt} ${state.expiresAt}`),
    heartbeat(policy),
  ],
  'awaiting-passkey': (state, policy, at) => [expiry(state.expiresAt - at, state.expiresAt), heartbeat(policy)],
  linking: (_, policy) => [deadline(policy.linkTimeout), heartbeat(policy)],
  resuming: (_, policy) => [deadline(policy.resumeTimeout), heartbeat(policy)],
  syncing: (state, policy) => [
    deadline(policy.syncTimeout, `${state.percent} ${state.missing.join()}`),
    heartbeat(policy),
  ],
  ready: (state, policy) => [
    heartbeat(policy),
    ...savesOf(state, policy),
    ...(isUnsteady(state) ? [{ timer: 'stable' as const, ms: policy.stableAfter, key: '' }] : []),
  ],
  'verifying-logout': (_, policy) => [deadline(policy.loadTimeout), heartbeat(policy)],
  interrupted: (_, policy) => [deadline(policy.interruptedTimeout), heartbeat(policy)],
  'action-required': (_, policy) => [deadline(policy.actionTimeout), heartbeat(policy)],
  'backing-off': (state, policy) => [
    ...(state.isDue ? [] : [{ timer: 'backoff' as const, ms: state.delay, key: state.run.attempt, spread: 0.2 }]),
    ...(state.isBrowserGone ? [] : [deadline(policy.stopTimeout)]),
  ],
  'logging-out': (_, policy) => [deadline(policy.logoutTimeout), heartbeat(policy)],
  stopping: (state, policy) => [deadline(timeoutOf[state.phase](policy), state.phase)],
};

/** How long each phase of stopping may take. A page that does not answer does not delay a stop. */
const timeoutOf: { readonly [P in StateOf<'stopping'>['phase']]: (policy: Policy) => number } = {
  proving: ({ stopTimeout }) => Math.min(stopTimeout, 3_000),
  closing: ({ stopTimeout }) => stopTimeout,
  erasing: ({ stopTimeout }) => stopTimeout,
  saving: ({ saveTimeout }) => saveTimeout,
  releasing: ({ stopTimeout }) => stopTimeout,
};

/** The timer of the next save. Nothing of an ephemeral run is saved. */
function savesOf({ run, isSettled }: StateOf<'ready'>, policy: Policy): readonly TimerNeed[] {
  if (run.isEphemeral) return [];
  if (isSettled) return [{ timer: 'save', ms: policy.saveEvery, key: '' }];
  return [{ timer: 'settle', ms: policy.settle, key: '' }];
}

/** Whether there are losses or takeovers that a long `ready` would reset. */
function isUnsteady({ run }: StateOf<'ready'>): boolean {
  return run.attempt > 0 || run.crashes > 0 || run.takeovers > 0;
}

function deadline(ms: number, key = ''): TimerNeed {
  return { timer: 'deadline', ms, key };
}

function expiry(ms: number, key: string | number): TimerNeed {
  return { timer: 'expiry', ms, key };
}

function heartbeat(policy: Policy): TimerNeed {
  return { timer: 'heartbeat', ms: policy.heartbeat, key: '' };
}
