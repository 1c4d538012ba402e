import type { Effect, Event, Policy, State, Transition } from '@wakey/core';
import type { Environment } from './environment.ts';

/** What has been heard along the path so far, kept apart from the machine: what a state claims is held against it. */
export interface Ledger {
  /** The document that reported first that the link is gone, with no registered device since; `null`: none did. */
  readonly reportedIn: number | null;
  /** Whether a later document has confirmed it. */
  readonly isConfirmed: boolean;
  /** Whether a caller has asked in this run to unlink, or to link anew. */
  readonly isCommanded: boolean;
  /** What the page last said of being usable. */
  readonly level: 'unknown' | 'ready' | 'not-ready';
  /** Whether the page was proved ready since the present browser was started. */
  readonly isProven: boolean;
  /** Codes told since the run began, or was last ready. */
  readonly codes: number;
}

/** One step of a walk. */
export interface Stride extends Transition {
  readonly from: State;
  readonly event: Event;
  readonly policy: Policy;
  /** The event included, what came of it not. */
  readonly ledger: Ledger;
  /** The event included, the effects of this step not. */
  readonly world: Environment;
}

/** What is known before anything happened. */
export const emptyLedger: Ledger = {
  reportedIn: null,
  isConfirmed: false,
  isCommanded: false,
  level: 'unknown',
  isProven: false,
  codes: 0,
};

/** The ledger once an event was heard. A command that was refused did not count. */
export function heard(ledger: Ledger, event: Event, { outcome, effects }: Transition): Ledger {
  const isReset = effects.some(({ type }) => type === 'open-workspace');
  const before = isReset ? emptyLedger : ledger;
  if (outcome === 'refused') return before;
  if (event.type === 'logout' || event.type === 'relink') return { ...before, isCommanded: true };
  if (event.type === 'logged-out') {
    // The adapter alone knows that the page did what we told it to.
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

/** The ledger once the effects were asked for. */
export function asked(ledger: Ledger, effects: readonly Effect[]): Ledger {
  const isLaunch = effects.some(({ type }) => type === 'launch-browser');
  const codes = effects.filter((effect) => effect.type === 'notify' && effect.notice.type === 'qr').length;
  const next = { ...ledger, codes: ledger.codes + codes };
  return isLaunch
    ? { ...next, reportedIn: null, isConfirmed: false, isCommanded: false, level: 'unknown', isProven: false }
    : next;
}

/** Signals and outcomes after which nobody may call the page ready. */
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

/** What must never be seen along a path. */
export const laws = {
  'erases only what the page has confirmed as unlinked, or what a caller gave up': ({ effects, ledger }) =>
    has(effects, 'erase') && !ledger.isConfirmed && !ledger.isCommanded,
  'destroys the newest generation at once only on command': ({ effects, ledger }) =>
    effects.some((effect) => effect.type === 'erase' && effect.keep === 'nothing') && !ledger.isCommanded,
  'erases one thing at a time': ({ effects, world }) => has(effects, 'erase') && world.pending('erase') > 0,
  'is ready only while the page says so': ({ state, ledger }) => state.name === 'ready' && ledger.level !== 'ready',
  'starts no browser beside another': ({ effects, world }) =>
    has(effects, 'launch-browser') && (world.isBrowserAlive() || world.pending('launch-browser') > 0),
  'starts no browser while the profile is being erased or replaced': ({ effects, world }) =>
    has(effects, 'launch-browser') && world.pending('erase') + world.pending('restore') > 0,
  'keeps only what was proved ready': ({ effects, from, ledger }) =>
    has(effects, 'save') && !ledger.isProven && !('run' in from && from.run.isProven),
  'tells no more than maxQr codes': ({ effects, ledger, policy }) =>
    ledger.codes + effects.filter((effect) => effect.type === 'notify' && effect.notice.type === 'qr').length >
    policy.maxQr,
  'gives back the session once': ({ effects, world }) => has(effects, 'release') && world.pending('release') > 0,
} as const satisfies Record<string, (stride: Stride) => boolean>;

function has(effects: readonly Effect[], type: Effect['type']): boolean {
  return effects.some((effect) => effect.type === type);
}
