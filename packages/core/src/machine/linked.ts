import type { Effect } from './effect.js';
import type { Restrictions } from './event.js';
import {
  aged,
  freshnessOf,
  hasFreshProof,
  isLinked,
  isProven,
  isResumed,
  withoutFreshProof,
  withProof,
} from './login.js';
import { afterStall, end, notify } from './moves.js';
import { type Policy, takeoverLimit } from './policy.js';
import {
  type ActionRequired,
  endingOfBlock,
  type Interrupted,
  type OnPage,
  type Ready,
  type Run,
  type Syncing,
  type VerifyingLogout,
} from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/** A registered device connects: from now on the session counts as linked. */
export function onConnecting(state: OnPage, event: EventOf<'connecting'>): Step {
  const { run, effects } = linked(state.run);
  if (state.name === 'loading') return go({ name: 'resuming', run: resumed(run), since: event.at }, ...effects);
  if (state.name === 'linking') return effects.length === 0 ? ignore(state) : go({ ...state, run }, ...effects);
  if (state.name === 'ready' || state.name === 'syncing') return interrupt(state, 'network', event.at);
  if (state.name === 'resuming' || state.name === 'interrupted' || state.name === 'action-required')
    return ignore(state);
  return go({ name: 'linking', run, since: event.at, lapsed: null }, ...effects);
}

/** The page loads messages. */
export function onSyncing(state: OnPage, event: EventOf<'syncing'>): Step {
  if (state.name === 'ready' || state.name === 'action-required') return ignore(state);
  const { run, effects } = linked(state.run);
  const missing = state.name === 'syncing' ? state.missing : [];
  if (state.name === 'syncing' && state.percent === event.percent) return ignore(state);
  return go({ name: 'syncing', run, percent: event.percent, missing }, ...effects);
}

/** The proof of ready changed: enters `ready` if nothing is missing, and leaves it if something is. */
export function onReadiness(state: OnPage, event: EventOf<'readiness'>): Step {
  const { me, missing, at, restrictions = {} } = event;
  if (me !== undefined && missing.length === 0) return prove(state, me, restrictions, at);
  if (state.name === 'ready' || state.name === 'interrupted') return fallBack(state, missing, at);
  if (state.name === 'action-required' && !missing.includes('dialog')) return fallBack(state, missing, at);
  if (state.name !== 'syncing' || state.missing.join() === missing.join()) return ignore(state);
  return go({ ...state, missing });
}

/** The connection is lost for now, and the device is still linked. */
export function onOffline(state: OnPage, event: EventOf<'offline'>): Step {
  if (state.name === 'ready' || state.name === 'syncing' || state.name === 'resuming') {
    return interrupt(state, event.cause, event.at);
  }
  if (state.name !== 'interrupted' || state.cause === event.cause) return ignore(state);
  return go({ ...state, cause: event.cause });
}

/** A newer connection replaced this one: takes the connection back as often as the policy allows, then ends. */
export function onConflict(state: OnPage, event: EventOf<'conflict'>, policy: Policy): Step {
  // Ignore a conflict right after a takeover: if it persists, the next reading reports it again.
  if (state.name === 'interrupted' && state.isTakingOver) return ignore(state);
  if (state.run.takeovers >= takeoverLimit[policy.takeover]) {
    return end(state, 'replaced', `takeover policy: ${policy.takeover}`);
  }
  const takeovers = state.run.takeovers + 1;
  return go(
    { name: 'interrupted', run: { ...state.run, takeovers }, cause: 'conflict', since: event.at, isTakingOver: true },
    { type: 'command-page', command: { type: 'take-over' } },
    notify({ type: 'takeover', count: takeovers }),
  );
}

/** WhatsApp blocks the account or this client. */
export function onBlocked(state: OnPage | VerifyingLogout, event: EventOf<'blocked'>): Step {
  return end(state, endingOfBlock[event.by], event.detail ?? '', event.retryAfter ?? null);
}

/** The page shows a dialog that only a person can settle. */
export function onDialog(state: OnPage, event: EventOf<'dialog'>): Step {
  if (state.name === 'action-required' && state.what === event.what) return ignore(state);
  return go({ name: 'action-required', run: state.run, what: event.what, since: event.at });
}

/** The page lacks parts that the adapter reads. */
export function onIncompatible(state: OnPage | VerifyingLogout, event: EventOf<'incompatible'>): Step {
  const version = event.version === undefined ? '' : ` (page version ${event.version})`;
  return end(state, 'page-incompatible', `missing: ${event.missing.join(', ')}${version}`);
}

/** A linked page that suddenly shows a code has lost its credentials: starts another browser to check that once more. */
export function onCodeWhileLinked(state: Syncing | Ready | Interrupted, policy: Policy): Step {
  const run = withoutFreshProof(state.run);
  return afterStall({ ...state, run }, 'the page lost its credentials', policy);
}

/** The document of a linked page boots again: the session resumes. */
export function onReboot(state: Syncing | Ready | Interrupted, at: number): Step {
  return go({ name: 'resuming', run: state.run, since: at });
}

/** A linked page does not answer: waits for one more reading, then starts another browser. */
export function onSilent(
  state: Syncing | Ready | Interrupted | ActionRequired,
  event: EventOf<'read-failed'>,
  policy: Policy,
): Step {
  if (state.name === 'interrupted' && state.cause === 'page-silent') return afterStall(state, event.detail, policy);
  return interrupt(state, 'page-silent', event.at);
}

/** Enters `ready`: the account's id is known and nothing is missing. */
function prove(state: OnPage, me: string, restrictions: Restrictions, at: number): Step {
  if (state.name === 'ready' && state.me === me) return proveAgain(state, restrictions);
  const { run: before, effects } = linked(state.run);
  const run = aged(before, at);
  const how = isProven(run) ? 'reconnected' : isResumed(run) ? 'resumed' : 'linked';
  return go(
    // Reset the counts of codes: if the login is lost later, the full number of codes may be shown again.
    {
      name: 'ready',
      run: { ...withProof(run, 'fresh'), ...proved },
      me,
      since: at,
      restrictions,
      isSettled: false,
      saveDue: null,
    },
    ...effects,
    notify({ type: 'ready', me, how, ...freshnessOf(run) }),
    ...news({}, restrictions),
  );
}

/** The counts of tries that a proof of ready resets. */
const proved = {
  qrCodes: 0,
  linkCodes: 0,
  stalls: 0,
  rounds: 0,
  cutOffSince: null,
} as const;

/** Still ready: begins a save that waited for this proof. */
function proveAgain(before: Ready, restrictions: Restrictions): Step {
  const told = news(before.restrictions, restrictions);
  const state = told.length === 0 ? before : { ...before, restrictions };
  const { run, saveDue } = state;
  if (saveDue !== null) {
    const save = { type: 'save', why: saveDue } as const;
    // Only a save that succeeds uses the proof up: a stop may interrupt this save.
    return go({ ...state, run: withProof(run, 'fresh'), saveDue: null }, save, ...told);
  }
  if (hasFreshProof(run) && told.length === 0) return ignore(state);
  return go({ ...state, run: withProof(run, 'fresh') }, ...told);
}

/** The notice of changed restrictions. They are plain data, always built in the same order, so equal texts mean equal restrictions. */
function news(before: Restrictions, restrictions: Restrictions): readonly Effect[] {
  if (JSON.stringify(before) === JSON.stringify(restrictions)) return [];
  return [notify({ type: 'restrictions', restrictions })];
}

function fallBack(
  state: Ready | Interrupted | ActionRequired,
  missing: EventOf<'readiness'>['missing'],
  at: number,
): Step {
  const { run } = state;
  if (missing.includes('alive'))
    return state.name === 'interrupted' ? ignore(state) : interrupt(state, 'page-silent', at);
  if (missing.includes('socket')) return state.name === 'interrupted' ? ignore(state) : interrupt(state, 'network', at);
  return go({ name: 'syncing', run, percent: 0, missing });
}

function interrupt(state: OnPage, cause: Interrupted['cause'], since: number): Step {
  return go({ name: 'interrupted', run: state.run, cause, since, isTakingOver: false });
}

/** The run of a registered device, and the effects that record the link if it is new. */
function linked(run: Run): { readonly run: Run; readonly effects: readonly Effect[] } {
  if (isLinked(run)) return { run, effects: [] };
  const login = { is: 'held', from: 'link', proof: 'none' } as const;
  return { run: { ...run, login }, effects: [{ type: 'mark-linked' }, notify({ type: 'linked' })] };
}

/** The run of a login that the page had already when it was opened. */
function resumed(run: Run): Run {
  return run.login.is === 'none' || isResumed(run) ? run : { ...run, login: { ...run.login, from: 'profile' } };
}
