import type { Effect, Notice } from './effect.js';
import { credentialsAfter, type EndReason } from './ending.js';
import type { RecoveryCause } from './event.js';
import type { Policy } from './policy.js';
import type {
  Active,
  Ended,
  LinkCause,
  LinkMethod,
  Loading,
  Ready,
  Rest,
  Run,
  Starting,
  State,
  Stopping,
} from './state.js';
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
    hasFreshProof: false,
    canRestore: false,
    isRestored: false,
    hasLaunched: false,
    why: isFresh ? 'relink' : 'first-link',
    qrCodes: 0,
    linkCodes: 0,
    attempt: 0,
    crashes: 0,
    stalls: 0,
    rounds: 0,
    cutOffSince: null,
    takeovers: 0,
  };
}

/** Starts a browser, the session's directory being open. */
export function launch(run: Run): Step<Starting> {
  return go({ name: 'starting', run, phase: 'launching', isFresh: false, recovery: null }, { type: 'launch-browser' });
}

/** Ends the browser, where there may be one, and puts what was kept last in the place of the profile. */
export function recover(from: Active, why: RecoveryCause, policy: Policy): Step {
  if (from.run.rounds >= policy.maxRounds) return circled(from, why);
  const run = { ...from.run, isProven: false, hasFreshProof: false, stalls: 0, rounds: from.run.rounds + 1 };
  const state: Starting = { name: 'starting', run, phase: 'clearing', isFresh: false, recovery: why };
  return go(state, { type: 'close-browser' });
}

/** Puts what was kept last in the place of the profile; no browser runs. */
export function restore(run: Run, why: RecoveryCause): Step<Starting> {
  const state: Starting = { name: 'starting', run, phase: 'restoring', isFresh: false, recovery: why };
  return go(state, notify({ type: 'recovery', step: 'restoring', why }), { type: 'restore', why });
}

/** Ends the browser, removes the credentials, and starts again in the same run. */
export function startFresh(from: Active, why: LinkCause, policy: Policy, ...effects: readonly Effect[]): Step {
  // A relink is a command: it counts for nothing. What the page leads to again and again has an end.
  const rounds = why === 'relink' ? 0 : from.run.rounds + 1;
  if (rounds > policy.maxRounds) return circled(from, why);
  const run = { ...asNew(from.run, why), rounds };
  const state: Starting = { name: 'starting', run, phase: 'clearing', isFresh: true, recovery: null };
  return go(state, ...effects, { type: 'close-browser' });
}

/** The run of a session whose credentials, also those that are kept, are going to be erased. */
export function asNew(run: Run, why: LinkCause): Run {
  return { ...withoutLogin(run, why), canRestore: false, isRestored: false, stalls: 0 };
}

/** The run of a session whose profile holds no login: a proof of ready that came from an earlier page proves nothing now. */
export function withoutLogin(run: Run, why: LinkCause): Run {
  return { ...run, isLinked: false, isResumed: false, isProven: false, hasFreshProof: false, why };
}

/** Removes the credentials. Only what was asked for here erases all at once: after any other logout a backup stays for a while. */
export function erasure(why: LinkCause | EndReason): Effect {
  return { type: 'erase', keep: why === 'relink' || why === 'logged-out-by-us' ? 'nothing' : 'newest' };
}

/** The profile was replaced and erased again and again, and ready never followed. */
function circled(from: Active, last: RecoveryCause | LinkCause): Step {
  const tried = `the profile was replaced or erased ${from.run.rounds} times without reaching ready, last because of ${last}`;
  return end(from, 'page-stuck', tried);
}

/** Goes to `ended` by way of an orderly stop. */
export function end(state: Active, reason: EndReason, detail = '', retryAfter: number | null = null): Step<Stopping> {
  return stop(state, { name: 'ended', reason, detail, retryAfter });
}

/** Goes to rest: the browser is ended first. */
export function stop(state: Active, goal: Rest): Step<Stopping> {
  return go({ name: 'stopping', run: state.run, phase: 'closing', goal }, { type: 'close-browser' });
}

/** Goes to rest from `ready`. What has no proof that is newer than the last save is read once more before it is saved. */
export function stopReady(state: Ready): Step<Stopping> {
  const goal = { name: 'stopped' } as const;
  if (state.run.hasFreshProof) return stop(state, goal);
  return go({ name: 'stopping', run: state.run, phase: 'proving', goal }, { type: 'read-page' });
}

/** The next phase of stopping. */
export function proceed(state: Stopping, at: number): Step {
  if (state.phase === 'proving') return stop(state, state.goal);
  if (state.phase === 'closing' && state.goal.name === 'ended' && erases(state.goal.reason))
    return go({ ...state, phase: 'erasing' }, erasure(state.goal.reason));
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

/** The browser was lost: another is started after a delay; after too many losses in a row, the session ends. */
export function afterCrash(state: Active, cause: string, policy: Policy): Step {
  const crashes = state.run.crashes + 1;
  if (crashes > policy.maxRestarts) return end(state, 'crash-loop', cause);
  return backOff({ ...state, run: { ...state.run, crashes } }, cause, policy);
}

/** The page itself is stuck: another browser, then an older backup, then the end. */
export function afterStall(state: Active, cause: string, policy: Policy): Step {
  const stalls = state.run.stalls + 1;
  if (stalls <= policy.maxRestarts) return backOff({ ...state, run: { ...state.run, stalls } }, cause, policy);
  const mayRestore = state.run.isLinked && state.run.canRestore;
  return mayRestore ? recover(state, 'never-ready', policy) : end(state, 'page-stuck', cause);
}

/**
 * The network keeps a linked session from being ready: tried again for as long as the policy says. One that is not linked
 * ends, since somebody waits for its code.
 */
export function afterCutOff(state: Active, outage: Outage, policy: Policy): Step {
  const { reason, cause, at } = outage;
  const since = state.run.cutOffSince ?? at;
  const isOver = policy.giveUpAfter > 0 && at - since >= policy.giveUpAfter;
  if (!state.run.isLinked || isOver) return end(state, reason, cause);
  return backOff({ ...state, run: { ...state.run, cutOffSince: since } }, cause, policy);
}

/** What the network did, and the ending it leads to where it is not waited for. */
export interface Outage {
  readonly reason: EndReason;
  readonly cause: string;
  readonly at: number;
}

/** Lets the browser go and starts another after a delay, which doubles each time. */
function backOff(state: Active, cause: string, policy: Policy): Step {
  const attempt = state.run.attempt + 1;
  const delay = Math.min(policy.backoff * 2 ** Math.min(attempt - 1, 30), policy.backoffCap);
  const run = { ...state.run, attempt };
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

function erases(reason: EndReason): boolean {
  return credentialsAfter[reason] === 'erased';
}

/** Endings after which there is no place of ours to save into. */
const nowhere: ReadonlySet<EndReason> = new Set(['lease-lost', 'session-unreadable']);

function keeps(state: Stopping): boolean {
  const isOurs = state.goal.name === 'stopped' || !nowhere.has(state.goal.reason);
  return state.run.hasFreshProof && !state.run.isDoubted && isOurs;
}
