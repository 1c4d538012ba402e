import type { Effect, Notice } from './effect.js';
import { type EndReason, reasons } from './ending.js';
import type { RecoveryCause } from './event.js';
import { hasFreshProof, isLinked, noLogin, withProof } from './login.js';
import type { Policy } from './policy.js';
import type {
  Active,
  BackingOff,
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

/** The first state of a run. `isFresh`: the run erases existing credentials first. */
export function begin(phone: string | undefined, isFresh: boolean): Step<Starting> {
  return go(
    { name: 'starting', run: newRun(phone, isFresh), phase: 'opening', isFresh, recovery: null },
    { type: 'open-workspace' },
  );
}

/** The data of a new run. */
export function newRun(phone: string | undefined, isFresh: boolean): Run {
  const method: LinkMethod = phone === undefined ? { by: 'qr' } : { by: 'code', phone };
  return {
    method,
    login: noLogin,
    canRestore: false,
    isEphemeral: false,
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
    renewedAt: null,
  };
}

/** Starts a browser; the session's directory is open. */
export function launch(run: Run): Step<Starting> {
  return go({ name: 'starting', run, phase: 'launching', isFresh: false, recovery: null }, { type: 'launch-browser' });
}

/**
 * Starts a browser on a profile that was restored or erased; no browser runs. Once half of `maxRounds` is used up without
 * reaching ready, the session waits before each further browser, so that it does not circle at full speed.
 */
export function relaunch(run: Run, policy: Policy): Step<Starting | BackingOff> {
  if (run.rounds * 2 <= policy.maxRounds) return launch(run);
  const cause = `the profile was replaced or erased ${run.rounds} times without reaching ready`;
  return wait(run, cause, true, policy);
}

/** Ends the browser, if there may be one, then restores the newest backup that was not tried yet. */
export function recover(from: Active, why: RecoveryCause, policy: Policy): Step {
  if (from.run.rounds >= policy.maxRounds) return circled(from, why);
  const run = { ...withProof(from.run, 'none'), stalls: 0, rounds: from.run.rounds + 1 };
  const state: Starting = { name: 'starting', run, phase: 'clearing', isFresh: false, recovery: why };
  return go(state, { type: 'close-browser' });
}

/** Restores the newest backup that was not tried yet; no browser runs. */
export function restore(run: Run, why: RecoveryCause): Step<Starting> {
  const state: Starting = { name: 'starting', run, phase: 'restoring', isFresh: false, recovery: why };
  return go(state, notify({ type: 'recovery', step: 'restoring', why }), { type: 'restore', why });
}

/** Ends the browser, erases the credentials, and starts again in the same run. */
export function startFresh(from: Active, why: LinkCause, policy: Policy, ...effects: readonly Effect[]): Step {
  // A relink is a command, so it resets the count. Erasures that the page causes are limited.
  const rounds = why === 'relink' ? 0 : from.run.rounds + 1;
  if (rounds > policy.maxRounds) return circled(from, why);
  const run = { ...asNew(from.run, why), rounds };
  const state: Starting = { name: 'starting', run, phase: 'clearing', isFresh: true, recovery: null };
  return go(state, ...effects, { type: 'close-browser' });
}

/** The run of a session whose credentials and backups are about to be erased. */
export function asNew(run: Run, why: LinkCause): Run {
  return { ...withoutLogin(run, why), canRestore: false, stalls: 0 };
}

/** The run of a session whose profile holds no login: a proof of ready from an earlier page is void now. */
export function withoutLogin(run: Run, why: LinkCause): Run {
  return { ...run, login: noLogin, why };
}

/** The run of a page that turned out to hold no login, with a notice if the run expected one. */
export function unlinked(run: Run): { readonly run: Run; readonly effects: readonly Effect[] } {
  if (!isLinked(run)) return { run, effects: [] };
  const lost = withoutLogin(run, 'credentials-lost');
  return { run: lost, effects: [{ type: 'mark-lost' }, notify({ type: 'rescan', why: lost.why })] };
}

/**
 * The effect that erases the credentials. Only a logout or relink by command erases all at once: after any other logout the
 * newest backup stays in quarantine for a while.
 */
export function erasure(why: LinkCause | EndReason): Effect {
  return { type: 'erase', keep: why === 'relink' || why === 'logged-out-by-us' ? 'nothing' : 'newest' };
}

/** Ends the session because the profile was restored or erased too often without reaching ready. */
function circled(from: Active, last: RecoveryCause | LinkCause): Step {
  const tried = `the profile was replaced or erased ${from.run.rounds} times without reaching ready, last because of ${last}`;
  return end(from, 'page-stuck', tried);
}

/** Goes to `ended` by a clean stop. */
export function end(state: Active, reason: EndReason, detail = '', retryAfter: number | null = null): Step<Stopping> {
  return stop(state, { name: 'ended', reason, detail, retryAfter });
}

/** Goes to `stopped` or `ended`: ends the browser first. */
export function stop(state: Active, goal: Rest): Step<Stopping> {
  return go({ name: 'stopping', run: state.run, phase: 'closing', goal }, { type: 'close-browser' });
}

/**
 * Stops from `ready`. Without a proof of ready that is newer than the last save, the page is read once more before a save.
 */
export function stopReady(state: Ready): Step<Stopping> {
  const goal = { name: 'stopped' } as const;
  if (hasFreshProof(state.run) || state.run.isEphemeral) return stop(state, goal);
  return go({ name: 'stopping', run: state.run, phase: 'proving', goal }, { type: 'read-page' });
}

/** Goes to the next phase of stopping. */
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

/** Goes to `ended` and emits its notice. */
export function rest(state: Ended): Step<Ended> {
  const { reason, detail, retryAfter } = state;
  return go(state, notify({ type: 'ended', reason, detail, retryAfter }));
}

/** Ends the session with `browser-unkillable`: the browser's end is not confirmed, so the lock stays. */
export function unkillable(detail: string, at: number): Step<Ended> {
  return rest({ name: 'ended', reason: 'browser-unkillable', detail, retryAfter: null, at });
}

/** The browser was lost: starts another browser after a delay, or ends the session after too many losses in a row. */
export function afterCrash(state: Active, cause: string, policy: Policy): Step {
  const crashes = state.run.crashes + 1;
  if (crashes > policy.maxRestarts) return end(state, 'crash-loop', cause);
  return backOff({ ...state, run: { ...state.run, crashes } }, cause, policy);
}

/** The page itself is stuck: starts another browser, then tries an older backup, then ends the session. */
export function afterStall(state: Active, cause: string, policy: Policy): Step {
  const stalls = state.run.stalls + 1;
  if (stalls <= policy.maxRestarts) return backOff({ ...state, run: { ...state.run, stalls } }, cause, policy);
  const mayRestore = isLinked(state.run) && state.run.canRestore;
  return mayRestore ? recover(state, 'never-ready', policy) : end(state, 'page-stuck', cause);
}

/**
 * The network keeps the session from being ready: a linked session tries again for as long as the policy says. A session
 * that is not linked ends, because a person waits for its code.
 */
export function afterCutOff(state: Active, outage: Outage, policy: Policy): Step {
  const { reason, cause, at } = outage;
  const since = state.run.cutOffSince ?? at;
  const isOver = policy.giveUpAfter > 0 && at - since >= policy.giveUpAfter;
  if (!isLinked(state.run) || isOver) return end(state, reason, cause);
  return backOff({ ...state, run: { ...state.run, cutOffSince: since } }, cause, policy);
}

/** A fault of the network, and the ending to use if the session does not wait. */
export interface Outage {
  readonly reason: EndReason;
  readonly cause: string;
  readonly at: number;
}

/** Ends the browser and starts another after a delay. The login of an ephemeral run ends with the browser. */
function backOff(state: Active, cause: string, policy: Policy): Step {
  const { run, effects } = state.run.isEphemeral ? unlinked(state.run) : { run: state.run, effects: [] };
  const step = wait(run, cause, false, policy);
  return { ...step, effects: [{ type: 'close-browser' }, ...step.effects, ...effects] };
}

/** Waits before another browser starts. The delay doubles each time. */
function wait(before: Run, cause: string, isBrowserGone: boolean, policy: Policy): Step<BackingOff> {
  const attempt = before.attempt + 1;
  const delay = Math.min(policy.backoff * 2 ** Math.min(attempt - 1, 30), policy.backoffCap);
  const run = { ...before, attempt };
  return go(
    { name: 'backing-off', run, cause, delay, isBrowserGone, isDue: false },
    notify({ type: 'restarting', cause, delay, attempt }),
  );
}

/** Waits until the page reports what it needs. */
export function load(run: Run, awaits: Loading['awaits'], rest: Partial<Loading> = {}): Loading {
  return { name: 'loading', run, awaits, missing: [], lapsed: null, isAsked: false, ...rest };
}

/** The state once the page is open: with credentials the page resumes, without them it shows a code. */
export function opened(run: Run, at: number): State {
  return isLinked(run) ? { name: 'resuming', run, since: at } : load(run, 'page');
}

/** A notice as an effect. */
export function notify(notice: Notice): Effect {
  return { type: 'notify', notice };
}

function erases(reason: EndReason): boolean {
  return reasons[reason].credentials === 'erased';
}

/** The endings after which there is no place to save to. */
const nowhere: ReadonlySet<EndReason> = new Set(['lease-lost', 'session-unreadable']);

function keeps(state: Stopping): boolean {
  const isOurs = state.goal.name === 'stopped' || !nowhere.has(state.goal.reason);
  return hasFreshProof(state.run) && isOurs && !state.run.isEphemeral;
}
