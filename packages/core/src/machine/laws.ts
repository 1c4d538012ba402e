import { timersOf } from './clocks.js';
import { reasons } from './ending.js';
import { type Edge, effectsOf } from './exploration.js';
import { hasFreshProof, isLinked } from './login.js';
import { isCommand } from './machine.js';
import type { Policy } from './policy.js';
import type { Run, State } from './state.js';

// Shared by the tests of the machine. The machine does not use this file.

/** Whether an edge breaks a law. */
export type IsBroken = (edge: Edge) => boolean;

/** The laws by name. No edge may break a law. */
export function lawsUnder(policy: Policy): Readonly<Record<string, IsBroken>> {
  return {
    'refuses only commands': ({ outcome, event }) => outcome === 'refused' && !isCommand(event),
    'ignores no command': ({ outcome, event }) => outcome === 'ignored' && isCommand(event),
    'changes nothing when it refuses or ignores': (edge) =>
      edge.outcome !== 'taken' && (edge.state !== edge.from || edge.effects.some(({ type }) => type !== 'arm')),
    'keeps exactly those timers armed that the state needs': (edge) => !hasRightTimers(edge, policy),
    'emits no more than maxQr codes': (edge) =>
      notices(edge, 'qr').some(({ seq, remaining }) => seq > policy.maxQr || remaining < 0),
    'emits no code twice in a row': (edge) =>
      notices(edge, 'qr').some(({ qr }) => 'qr' in edge.from && edge.from.qr.reveal() === qr.reveal()),
    'requests no more than maxLinkCodes': (edge) =>
      notices(edge, 'link-code').some(({ attempt }) => attempt > policy.maxLinkCodes),
    'saves only what was proved ready since the last save': (edge) =>
      effectsOf(edge, 'save').length > 0 && !maySave(edge),
    'saves nothing of an ephemeral run, and reports nothing as saved': (edge) =>
      isEphemeral(edge.from) && (effectsOf(edge, 'save').length > 0 || notices(edge, 'saved').length > 0),
    'believes in no login of an ephemeral run after its browser is gone': ({ state }) =>
      isEphemeral(state) && state.name === 'backing-off' && isLinked(state.run),
    'carries a fresh proof of ready only while it believes in a login': ({ state }) =>
      'run' in state && hasFreshProof(state.run) && !isLinked(state.run),
    'erases only for the reasons listed for it': (edge) => effectsOf(edge, 'erase').length > 0 && !mayErase(edge.from),
    'erases everything at once only on command': (edge) =>
      effectsOf(edge, 'erase').some(({ keep }) => (keep === 'nothing') !== isCommanded(edge.from)),
    'starts no browser while another may be alive': (edge) =>
      effectsOf(edge, 'launch-browser').length > 0 && !mayLaunch(edge),
    'replaces no profile while a browser may be alive on it': (edge) =>
      effectsOf(edge, 'restore').length > 0 && !mayRestore(edge),
    'asks for no code while a backup was not tried': (edge) =>
      'run' in edge.from && isLinked(edge.from.run) && edge.from.run.canRestore && asksForCode(edge),
    'gives up no login that the service accepts because no backup becomes ready': (edge) =>
      isNoneReady(edge) && effectsOf(edge, 'launch-browser').length > 0,
    'records every login that it gives up as lost': (edge) => isSilentLoss(edge),
    'releases the lock unless the browser’s end is unconfirmed': (edge) => isRest(edge.state) && !restsRightly(edge),
    'enters ready only on a readiness with nothing missing': ({ from, state, event }) =>
      from.name !== 'ready' && state.name === 'ready' && !(event.type === 'readiness' && event.missing.length === 0),
    'shows no code after its expiry': ({ from, state, event }) =>
      event.type === 'clock' && event.timer === 'expiry' && from.name === 'awaiting-qr' && state.name === 'awaiting-qr',
    'renews only a settled session with a fresh proof of ready, without a save under way': (edge) =>
      isRenewal(edge) && !mayRenew(edge),
    'renews never twice within renewEvery': (edge) => isRenewal(edge) && !isLongAgo(edge, policy),
    'counts a renewal as no crash, and changes nothing else of the run': (edge) =>
      isRenewal(edge) && !changesOnlyItsTime(edge),
    // These two laws bound every loop: each turn costs an allowance, and only progress restores allowances.
    'starts another browser only at the cost of an allowance or to wait for the network': (edge) =>
      startsOver(edge) && !isAskedFor(edge) && !costs(edge),
    'starts a browser after more than half of maxRounds only once a delay is over': (edge) =>
      edge.from.name === 'starting' &&
      edge.from.run.rounds * 2 > policy.maxRounds &&
      effectsOf(edge, 'launch-browser').length > 0,
    'restores allowances only for a proof of ready or on command': (edge) =>
      givesBack(edge) && !isAskedFor(edge) && edge.state.name !== 'ready',
  };
}

/** Whether the session is stopped or ended. */
export function isRest({ name }: State): boolean {
  return name === 'stopped' || name === 'ended';
}

function isEphemeral(state: State): boolean {
  return 'run' in state && state.run.isEphemeral;
}

function hasRightTimers(edge: Edge, policy: Policy): boolean {
  const armed = new Set(timersOf(edge.from, policy, 0).map(({ timer }) => timer));
  // The runtime sends no event of a timer that is not armed.
  if (edge.event.type === 'clock' && !armed.delete(edge.event.timer)) return true;
  for (const { timer } of effectsOf(edge, 'disarm')) armed.delete(timer);
  for (const { timer } of effectsOf(edge, 'arm')) armed.add(timer);
  const needed = timersOf(edge.state, policy, 0).map(({ timer }) => timer);
  return needed.length === armed.size && needed.every((timer) => armed.has(timer));
}

function maySave({ from, event }: Edge): boolean {
  if (from.name === 'ready') return event.type === 'readiness' && event.missing.length === 0;
  return from.name === 'stopping' && hasFreshProof(from.run);
}

function mayErase(from: State): boolean {
  if (from.name === 'stopping') return from.goal.name === 'ended' && reasons[from.goal.reason].credentials === 'erased';
  if (from.name !== 'starting' || !from.isFresh) return false;
  return ['relink', 'unlinked-while-away', 'link-failed'].includes(from.run.why);
}

function isCommanded(from: State): boolean {
  if (from.name === 'stopping') return from.goal.name === 'ended' && from.goal.reason === 'logged-out-by-us';
  return from.name === 'starting' && from.run.why === 'relink';
}

function mayLaunch({ from, event }: Edge): boolean {
  if (from.name === 'starting') {
    if (from.phase === 'restoring') return event.type === 'restored' || event.type === 'nothing-to-restore';
    if (from.phase === 'clearing') return event.type === 'browser-closed' && !from.isFresh && from.recovery === null;
    return event.type === 'workspace-opened' || event.type === 'erased';
  }
  return from.name === 'backing-off' && (from.isBrowserGone || event.type === 'browser-closed');
}

function isRenewal({ event, outcome }: Edge): boolean {
  return event.type === 'renewal-due' && outcome === 'taken';
}

function mayRenew({ from }: Edge): boolean {
  if (from.name !== 'ready' || from.run.isEphemeral) return false;
  return from.isSettled && from.saveDue === null && hasFreshProof(from.run);
}

function isLongAgo({ from, event }: Edge, { renewEvery }: Policy): boolean {
  const renewedAt = 'run' in from ? from.run.renewedAt : null;
  return renewedAt === null || event.at - renewedAt >= renewEvery;
}

function changesOnlyItsTime({ from, state, event }: Edge): boolean {
  if (!('run' in from) || !('run' in state)) return false;
  const names = Object.keys(from.run) as (keyof Run)[];
  return names.every((name) =>
    name === 'renewedAt' ? state.run[name] === event.at : state.run[name] === from.run[name],
  );
}

function mayRestore({ from, event }: Edge): boolean {
  if (from.name !== 'starting') return false;
  return from.phase === 'opening' ? event.type === 'workspace-opened' : event.type === 'browser-closed';
}

function isNoneReady({ from, event }: Edge): boolean {
  return from.name === 'starting' && from.recovery === 'never-ready' && event.type === 'nothing-to-restore';
}

/** Whether an edge abandons a login without recording the loss. A restore that finds no backup records the loss itself. */
function isSilentLoss(edge: Edge): boolean {
  const isLoss = notices(edge, 'rescan').some(({ why }) => why === 'credentials-lost');
  return isLoss && edge.event.type !== 'nothing-to-restore' && effectsOf(edge, 'mark-lost').length === 0;
}

/** Whether an edge asks for a code. After `nothing-to-restore` every backup has been tried. */
function asksForCode(edge: Edge): boolean {
  if (edge.event.type === 'nothing-to-restore') return false;
  const isRescan = notices(edge, 'rescan').some(({ why }) => why === 'credentials-lost');
  return isRescan || notices(edge, 'qr').length > 0 || notices(edge, 'link-code').length > 0;
}

function restsRightly({ from, state }: Edge): boolean {
  if (isRest(from)) return true;
  const isReleased = from.name === 'stopping' && from.phase === 'releasing';
  return state.name === 'ended' && state.reason === 'browser-unkillable' ? !isReleased : isReleased;
}

/** Whether a command led to the edge: directly, or by the logout that the command requested. */
function isAskedFor({ from, event }: Edge): boolean {
  return isCommand(event) || (from.name === 'logging-out' && from.isRelinking);
}

/** Whether the edge ends a browser in order to start another. After an erasure or a restore no browser runs any more. */
function startsOver({ from, state }: Edge): boolean {
  if (from.name === state.name || !('run' in from) || hasReplaced(from)) return false;
  return state.name === 'backing-off' || (state.name === 'starting' && state.phase === 'clearing');
}

function hasReplaced(from: State): boolean {
  return from.name === 'starting' && (from.phase === 'erasing' || from.phase === 'restoring');
}

const allowances = ['crashes', 'stalls', 'rounds'] as const satisfies readonly (keyof Run)[];

function costs(edge: Edge): boolean {
  const { from, state } = edge;
  if (isRenewal(edge)) return changesOnlyItsTime(edge);
  if (!('run' in from) || !('run' in state)) return false;
  const isWaiting = state.name === 'backing-off' && state.run.cutOffSince !== null;
  return isWaiting || allowances.some((name) => state.run[name] > from.run[name]);
}

/** Whether an edge restores an allowance. A new round begins with all its stalls. */
function givesBack({ from, state, event }: Edge): boolean {
  if (!('run' in from) || !('run' in state) || event.type === 'start') return false;
  const { run } = state;
  return allowances.some((name) => run[name] < from.run[name] && !(name === 'stalls' && run.rounds > from.run.rounds));
}

function notices<T extends string>(edge: Edge, type: T) {
  return effectsOf(edge, 'notify').flatMap(({ notice }) => (isOf(notice, type) ? [notice] : []));
}

function isOf<N extends { readonly type: string }, T extends string>(
  notice: N,
  type: T,
): notice is Extract<N, { type: T }> {
  return notice.type === type;
}
