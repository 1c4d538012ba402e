import { type Effect, type Event, isCommand, type Outcome, type TimerName } from '@wakey/core';
import { everyEvent } from '../../../packages/core/src/machine/exploration-events.ts';

/** The events that a kind of step can bring at one moment. A random number picks one of them. */
export type Offer = readonly Event[];

/** The world around a machine on a random path: which effects wait for an answer, which timers run, whether a page is open. */
export interface Environment {
  /** The events that can come now, by kind of step. */
  offers(): { readonly [K in StepKind]: Offer };
  /** Records that an event has come. */
  hear(event: Event): void;
  /** Begins the effects of the event. */
  perform(effects: readonly Effect[]): void;
  /** The timers that run. */
  armed(): ReadonlySet<TimerName>;
  /** How many effects of a type have no answer yet. */
  pending(type: Effect['type']): number;
  isBrowserAlive(): boolean;
}

/** The kinds of steps. `answer`: an effect's outcome. `mishap`: a loss or a failure, which may come at any time. */
export type StepKind = 'answer' | 'tick' | 'signal' | 'command' | 'mishap';

const events = everyEvent();
const ofType = (...types: readonly Event['type'][]): Offer => events.filter(({ type }) => types.includes(type));

/** The outcomes of each effect that reports one. The first is the usual outcome, and comes more often. */
const outcomes: { readonly [E in Effect['type']]?: readonly Outcome['type'][] } = {
  'open-workspace': ['workspace-opened', 'workspace-refused'],
  'launch-browser': ['browser-launched', 'browser-refused'],
  'open-page': ['page-opened', 'page-refused'],
  'close-browser': ['browser-closed', 'browser-unkillable'],
  save: ['saved', 'save-failed'],
  erase: ['erased', 'erase-failed'],
  restore: ['restored', 'nothing-to-restore', 'restore-failed'],
  release: ['released'],
};

/** How many times as likely the usual events are. Without this, most paths would end at once and prove nothing. */
const usual = 12;
const often = (offer: Offer): Offer => Array.from({ length: usual }, () => offer).flat();

const isOutcome = (type: string) => Object.values(outcomes).some((types) => types.some((one) => one === type));
const commandTypes: readonly Event['type'][] = [
  'stop',
  'relink',
  'submit-link-code',
  'answer-passkey',
  'refuse-passkey',
];
const mishaps = ofType('browser-lost', 'read-failed', 'page-command-failed', 'lease-lost', 'page-refused');
const commands = [...often(ofType('logout')), ...ofType(...commandTypes)];
const levels: readonly Event['type'][] = [
  'unpaired',
  'qr',
  'linking',
  'connecting',
  'syncing',
  'readiness',
  'offline',
  'logged-out',
];
const signals = [
  ...events.filter(
    (event) => !isOutcome(event.type) && !isMishap(event.type) && !isCommand(event) && event.type !== 'clock',
  ),
  ...ofType(...levels),
  ...often(ofType('readiness').slice(-1)),
];

function isMishap(type: Event['type']): boolean {
  return mishaps.some((mishap) => mishap.type === type);
}

/** An environment without a run: no effect is under way and no timer runs. */
export function environment(): Environment {
  const waiting: Effect[] = [];
  const timers = new Set<TimerName>();
  let isBrowserAlive = false;
  let isPageOpen = false;

  const drop = (...types: readonly Effect['type'][]) => {
    for (const type of types) {
      const index = waiting.findIndex((effect) => effect.type === type);
      if (index >= 0) waiting.splice(index, 1);
    }
  };
  const isAtRest = () => waiting.length === 0 && timers.size === 0;
  const answers = () =>
    waiting.flatMap(({ type }) => {
      const [first, ...rest] = outcomes[type] ?? [];
      if (first === undefined) return [];
      return [...often(ofType(first)), ...ofType(...rest)];
    });

  function begin(effect: Effect): void {
    if (effect.type === 'arm') timers.add(effect.timer);
    else if (effect.type === 'disarm') timers.delete(effect.timer);
    else if (effect.type in outcomes) {
      // The runtime begins a run only after the previous run is over.
      if (effect.type === 'open-workspace') waiting.length = 0;
      // Closing the browser cancels its launch, its page and a save. An erasure cancels a save and a restore.
      if (effect.type === 'close-browser') {
        isPageOpen = false;
        drop('launch-browser', 'open-page', 'save');
      }
      if (effect.type === 'erase') drop('save', 'restore');
      waiting.push(effect);
    }
  }

  return {
    armed: () => timers,
    pending: (type) => waiting.filter((effect) => effect.type === type).length,
    isBrowserAlive: () => isBrowserAlive,
    offers: () => ({
      answer: isAtRest() ? ofType('start') : answers(),
      tick: events.filter((event) => event.type === 'clock' && timers.has(event.timer)),
      signal: isPageOpen ? signals : [],
      command: isAtRest() ? ofType('start', 'relink') : commands,
      mishap: mishaps.filter(({ type }) => type === 'lease-lost' || isPageOpen),
    }),
    hear({ type, ...event }) {
      if ('timer' in event) timers.delete(event.timer);
      if (type === 'browser-launched') isBrowserAlive = true;
      if (type === 'page-opened') isPageOpen = true;
      // Opening the session ends a browser that an earlier run could not end.
      if (type === 'browser-closed' || type === 'workspace-opened') isBrowserAlive = false;
      if (type === 'browser-lost' || type === 'page-refused') isPageOpen = false;
      const answered = waiting.find((effect) => outcomes[effect.type]?.some((outcome) => outcome === type));
      if (answered !== undefined) drop(answered.type);
    },
    perform(effects) {
      for (const effect of effects) begin(effect);
    },
  };
}
