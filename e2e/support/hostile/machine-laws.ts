import type { Effect, Event, Policy, State, Transition } from '@wakey/core';
import type { Environment } from './environment.ts';

/** What the events of a path so far have reported. The laws compare the states of the machine with it. */
export interface Ledger {
  /** The first document that reported the logout, unless a registered device has disproved it since; `null` if none has. */
  readonly reportedIn: number | null;
  /** Whether a later document has confirmed the logout. */
  readonly isConfirmed: boolean;
  /** Whether a caller has commanded a logout or a relink in this run. */
  readonly isCommanded: boolean;
  /** Whether the page last reported that it is ready. */
  readonly level: 'unknown' | 'ready' | 'not-ready';
  /** Whether the page was proved ready since the present browser started. */
  readonly isProven: boolean;
  /** How many codes the session showed since the run began or was last ready. */
  readonly codes: number;
}

/** One step along a path. */
export interface Stride extends Transition {
  readonly from: State;
  readonly event: Event;
  readonly policy: Policy;
  /** With the event, without its effects. */
  readonly ledger: Ledger;
  /** With the event, without its effects. */
  readonly world: Environment;
}

/** The ledger before the first event. */
export const emptyLedger: Ledger = {
  reportedIn: null,
  isConfirmed: false,
  isCommanded: false,
  level: 'unknown',
  isProven: false,
  codes: 0,
};

/** The ledger after an event. A refused command does not count. */
export function heard(ledger: Ledger, event: Event, { outcome, effects }: Transition): Ledger {
  const isReset = effects.some(({ type }) => type === 'open-workspace');
  const before = isReset ? emptyLedger : ledger;
  if (outcome === 'refused') return before;
  if (event.type === 'logout' || event.type === 'relink') return { ...before, isCommanded: true };
  if (event.type === 'logged-out') {
    // `us` comes only from the adapter, which knows that the page carried out the command to log out.
    const isCommanded = before.isCommanded || event.by === 'us';
    const reportedIn = before.reportedIn ?? event.document;
    const isConfirmed = before.isConfirmed || event.document > reportedIn;
    return { ...before, reportedIn, isConfirmed, isCommanded, level: 'not-ready' };
  }
  if (event.type === 'page-opened') return { ...before, level: 'unknown' };
  const isDisproved = ['readiness', 'connecting', 'syncing'].includes(event.type);
  return levelHeard(isDisproved ? { ...before, reportedIn: null, isConfirmed: false } : before, event);
}

function levelHeard(before: Ledger, event: Event): Ledger {
  if (event.type === 'readiness') {
    const isReady = event.me !== undefined && event.missing.length === 0;
    const isFirst = isReady && before.level !== 'ready';
    return {
      ...before,
      level: isReady ? 'ready' : 'not-ready',
      isProven: before.isProven || isReady,
      codes: isFirst ? 0 : before.codes,
    };
  }
  return contradicting.has(event.type) ? { ...before, level: 'not-ready' } : before;
}

/** The ledger after the effects of an event. */
export function asked(ledger: Ledger, effects: readonly Effect[]): Ledger {
  const isLaunch = effects.some(({ type }) => type === 'launch-browser');
  const codes = effects.filter((effect) => effect.type === 'notify' && effect.notice.type === 'qr').length;
  const next = { ...ledger, codes: ledger.codes + codes };
  return isLaunch
    ? { ...next, reportedIn: null, isConfirmed: false, isCommanded: false, level: 'unknown', isProven: false }
    : next;
}

/** The signals and outcomes after which the page does not count as ready. */
const contradicting: ReadonlySet<Event['type']> = new Set([
  'page-booting',
  'unpaired',
  'qr',
  'qr-idle',
  'link-code',
  'link-code-wanted',
  'passkey',
  'connecting',
  'offline',
  'conflict',
  'blocked',
  'dialog',
  'incompatible',
  'browser-lost',
  'page-refused',
  'read-failed',
]);

/** The laws of the machine. Each function returns whether a step breaks its law. */
export const laws = {
  'erases a login only after a confirmed logout or a command': ({ effects, ledger }) =>
    has(effects, 'erase') && !ledger.isConfirmed && !ledger.isCommanded,
  'destroys the newest backup at once only on command': ({ effects, ledger }) =>
    effects.some((effect) => effect.type === 'erase' && effect.keep === 'nothing') && !ledger.isCommanded,
  'runs one erasure at a time': ({ effects, world }) => has(effects, 'erase') && world.pending('erase') > 0,
  'is ready only while the page reports that it is ready': ({ state, ledger }) =>
    state.name === 'ready' && ledger.level !== 'ready',
  'starts no second browser': ({ effects, world }) =>
    has(effects, 'launch-browser') && (world.isBrowserAlive() || world.pending('launch-browser') > 0),
  'starts no browser while the profile is being erased or replaced': ({ effects, world }) =>
    has(effects, 'launch-browser') && world.pending('erase') + world.pending('restore') > 0,
  'saves a profile only after a proof of ready': ({ effects, from, ledger }) =>
    has(effects, 'save') &&
    !ledger.isProven &&
    !('run' in from && from.run.login.is === 'held' && from.run.login.proof !== 'none'),
  'shows no more than maxQr codes': ({ effects, ledger, policy }) =>
    ledger.codes + effects.filter((effect) => effect.type === 'notify' && effect.notice.type === 'qr').length >
    policy.maxQr,
  'releases the session once': ({ effects, world }) => has(effects, 'release') && world.pending('release') > 0,
} as const satisfies Record<string, (stride: Stride) => boolean>;

function has(effects: readonly Effect[], type: Effect['type']): boolean {
  return effects.some((effect) => effect.type === type);
}
