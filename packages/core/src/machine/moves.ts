import type { Effect, Notice } from './effect.js';
import { credentialsAfter, type EndReason } from './ending.js';
import type { RecoveryCause } from './event.js';
import type { Policy } from './policy.js';
import type { Active, Ended, LinkCause, LinkMethod, Loading, Rest, Run, Starting, State, Stopping } from './state.js';
import { go, type Step } from './step.js';

/** The first state of a run. `isFresh`: whatever credentials are there are removed first. */
export function begin(phone: string | undefined, isFresh: boolean): Step<Starting> {
  return go(
    { name: 'starting', run: newRun(phone, isFresh), phase: 'opening', isFresh, recovery: null },
    { type: 'open-workspace' },
  );
}

/** A run that has not done anything yet. */
export function newRun(phone: string | undefined, isFresh: boolean): Run {
  const method: LinkMethod = phone === undefined ? { by: 'qr' } : { by: 'code', phone };
  return {
    method,
    isLinked: false,
    isResumed: false,
    isProven: false,
    isDoubted: false,
    canRestore: false,
    hasLaunched: false,
    why: isFresh ? 'relink' : 'first-link',
    qrCodes: 0,
    linkCodes: 0,
    attempt: 0,
    crashes: 0,
    takeovers: 0,
  };
}

/** Starts a browser, the session's directory being open. */
export function launch(run: Run): Step<Starting> {
  return go({ name: 'starting', run, phase: 'launching', isFresh: false, recovery: null }, { type: 'launch-browser' });
}

/** Ends the browser, where there may be one, and puts what was kept last in the place of the profile. */
export function recover(run: Run, why: RecoveryCause): Step<Starting> {
  const state: Starting = { name: 'starting', run, phase: 'clearing', isFresh: false, recovery: why };
  return go(state, { type: 'close-browser' });
}

/** Puts what was kept last in the place of the profile; no browser runs. */
export function restore(run: Run, why: RecoveryCause): Step<Starting> {
  const state: Starting = { name: 'starting', run, phase: 'restoring', isFresh: false, recovery: why };
  return go(state, notify({ type: 'recovery', step: 'restoring', why }), { type: 'restore', why });
}

/** Ends the browser, removes the credentials, and starts anew in the same run. */
export function startFresh(run: Run, why: LinkCause, ...effects: readonly Effect[]): Step<Starting> {
  const state: Starting = {
    name: 'starting',
    run: asNew(run, why),
    phase: 'clearing',
    isFresh: true,
    recovery: null,
  };
  return go(state, ...effects, { type: 'close-browser' });
}

/** The run of a session whose credentials, also those that are kept, are going to be erased. */
export function asNew(run: Run, why: LinkCause): Run {
  return { ...run, isLinked: false, isResumed: false, isProven: false, canRestore: false, why };
}

/** Goes to `ended` by way of an orderly stop. */
export function end(state: Active, reason: EndReason, detail = '', retryAfter: number | null = null): Step<Stopping> {
  return stop(state, { name: 'ended', reason, detail, retryAfter });
}

/** Goes to rest: the browser is ended first. */
export function stop(state: Active, goal: Rest): Step<Stopping> {
  return go({ name: 'stopping', run: state.run, phase: 'closing', goal }, { type: 'close-browser' });
}

/** The next phase of stopping. */
export function proceed(state: Stopping, at: number): Step {
  if (state.phase === 'closing' && erases(state.goal)) {
    return go({ ...state, phase: 'erasing' }, { type: 'erase', keep: isCommanded(state.goal) ? 'nothing' : 'newest' });
  }
  if (state.phase === 'closing' && keeps(state)) {
    return go({ ...state, phase: 'saving' }, { type: 'save', why: 'stopping' });
  }
  if (state.phase !== 'releasing') return go({ ...state, phase: 'releasing' }, { type: 'release' });
  if (state.goal.name === 'stopped') return go({ name: 'stopped' });
  return rest({ ...state.goal, at });
}

/** The state after everything was let go, or could not be. */
export function rest(state: Ended): Step<Ended> {
  const { reason, detail, retryAfter } = state;
  return go(state, notify({ type: 'ended', reason, detail, retryAfter }));
}

/** The browser's end cannot be confirmed: the lock stays. */
export function unkillable(detail: string, at: number): Step<Ended> {
  return rest({ name: 'ended', reason: 'browser-unkillable', detail, retryAfter: null, at });
}

/** Lets the browser go and starts another after a delay; after too many crashes, ends. */
export function backOff(state: Active, cause: string, kind: 'crash' | 'stall', policy: Policy): Step {
  const crashes = state.run.crashes + (kind === 'crash' ? 1 : 0);
  const attempt = state.run.attempt + 1;
  if (crashes > policy.maxRestarts) return end(state, 'crash-loop', cause);
  if (!state.run.isProven && attempt > policy.maxRestarts) return end(state, 'page-stuck', cause);
  const delay = Math.min(policy.backoff * 2 ** Math.min(attempt - 1, 30), policy.backoffCap);
  const run = { ...state.run, crashes, attempt };
  return go(
    { name: 'backing-off', run, cause, delay, isBrowserGone: false, isDue: false },
    { type: 'close-browser' },
    notify({ type: 'restarting', cause, delay, attempt }),
  );
}

/** Waits for the page to say what it needs. */
export function load(run: Run, awaits: Loading['awaits'], rest: Partial<Loading> = {}): Loading {
  return { name: 'loading', run, awaits, missing: [], lapsed: null, isAsked: false, ...rest };
}

/** Waits for the page once it is open: with credentials it resumes, without it shows a code. */
export function opened(run: Run, at: number): State {
  return run.isLinked ? { name: 'resuming', run, since: at } : load(run, 'page');
}

/** A notice as an effect. */
export function notify(notice: Notice): Effect {
  return { type: 'notify', notice };
}

function erases(goal: Rest): boolean {
  return goal.name === 'ended' && credentialsAfter[goal.reason] === 'erased';
}

function isCommanded(goal: Rest): boolean {
  return goal.name === 'ended' && goal.reason === 'logged-out-by-us';
}

/** Endings after which there is no place of ours to save into. */
const nowhere: ReadonlySet<EndReason> = new Set(['lease-lost', 'session-unreadable']);

function keeps(state: Stopping): boolean {
  const isOurs = state.goal.name === 'stopped' || !nowhere.has(state.goal.reason);
  return state.run.isProven && !state.run.isDoubted && isOurs;
}
