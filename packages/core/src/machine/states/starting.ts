import { active, mayRemain, relinkAtOnce, warned, withMethod } from '../groups.js';
import { noLogin } from '../login.js';
import {
  afterCrash,
  afterCutOff,
  asNew,
  end,
  erasure,
  launch,
  opened,
  relaunch,
  restore,
  unkillable,
} from '../moves.js';
import { onNothingToRestore, onRestored, onRestoreFailed } from '../recovery.js';
import type { Login, StateOf } from '../state.js';
import { type EventOf, go, ignore, type Rules, type Step } from '../step.js';

/** The rules of `starting`. */
export const starting: Rules<StateOf<'starting'>> = {
  ...active,
  relink: (state, { phone }, policy) =>
    mayHoldBrowser[state.phase]
      ? relinkAtOnce(state, phone, policy)
      : go({ ...state, isFresh: true, run: asNew(withMethod(state, phone), 'relink') }),
  'workspace-opened': onWorkspaceOpened,
  'workspace-refused': (state, { reason, detail }) => end(state, reason, detail),
  'browser-closed': (state) => {
    if (state.phase !== 'clearing') return ignore(state);
    if (state.isFresh) return go({ ...state, phase: 'erasing' }, erasure(state.run.why));
    // Without a reason to replace the profile, the next browser goes on with it: only the browser is replaced.
    return state.recovery === null ? launch(state.run) : restore(state.run, state.recovery);
  },
  restored: onRestored,
  'nothing-to-restore': onNothingToRestore,
  'restore-failed': onRestoreFailed,
  'browser-unkillable': (state, { detail, at }) =>
    state.phase === 'clearing' ? unkillable(detail, at) : ignore(state),
  erased: (state, _, policy) => (state.phase === 'erasing' ? relaunch(state.run, policy) : ignore(state)),
  'erase-failed': (state, { detail }) =>
    state.phase === 'erasing' ? end(state, 'session-unreadable', detail) : ignore(state),
  'browser-launched': (state) =>
    state.phase === 'launching'
      ? go({ ...state, phase: 'navigating', run: { ...state.run, hasLaunched: true } }, { type: 'open-page' })
      : ignore(state),
  'browser-refused': (state, { reason, detail, isLasting }, policy) => {
    if (state.phase !== 'launching') return ignore(state);
    // Try a browser that never started once more: the system may have killed it for lack of memory.
    const isNew = state.run.hasLaunched || state.run.attempt === 0;
    const mayPass = reason === 'browser-failed' && isNew && isLasting !== true;
    return mayPass ? afterCrash(state, detail, policy) : end(state, reason, detail);
  },
  'page-opened': (state, { at }) => (state.phase === 'navigating' ? go(opened(state.run, at)) : ignore(state)),
  'page-refused': (state, { reason, detail, at }, policy) => {
    if (state.phase !== 'navigating') return ignore(state);
    // A lost network, and a login portal that answers in the page's place, are temporary.
    const mayPass = reason === 'page-unreachable' || reason === 'page-foreign';
    return mayPass ? afterCutOff(state, { reason, cause: detail, at }, policy) : end(state, reason, detail);
  },
  'browser-lost': (state, { detail }, policy) =>
    state.phase === 'navigating' ? afterCrash(state, detail, policy) : ignore(state),
  clock: (state, { at }) => {
    if (state.phase === 'clearing') return unkillable('the driver did not confirm that the browser has ended', at);
    return end(state, endingOfPhase[state.phase], `no answer while ${state.phase}`);
  },
};

/**
 * Whether a browser may exist in each phase. In the phases before that, an erasure is still to come, and a second one would
 * run at the same time as the launch.
 */
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
  const { linked, canRestore, recover, linkedAt, isEphemeral = false } = event;
  if (state.isFresh) {
    const step = go({ ...state, phase: 'erasing', run: { ...state.run, isEphemeral } }, erasure(state.run.why));
    return linked ? warned(step, mayRemain) : step;
  }
  if (linkedAt !== undefined) return end(state, 'session-elsewhere', `it was linked at ${linkedAt}`);
  const login: Login = linked ? { is: 'held', from: 'profile', proof: 'none' } : noLogin;
  const run = { ...state.run, login, canRestore, isEphemeral };
  return recover === undefined ? launch(run) : restore(run, recover);
}
