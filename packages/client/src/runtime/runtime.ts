import {
  type Effect,
  type Event,
  initialState,
  type Notice,
  type State,
  type TimerName,
  type Transition,
  transition,
} from '@wakey/core';
import { createBrowser } from './browser.js';
import { createDirectory } from './directory.js';
import { keepNothing } from './keep-nothing.js';
import { createKeeper } from './keeper.js';
import type { SessionParts, Timeless } from './parts.js';
import { createRenewer } from './renewer.js';

/** Options of `createRuntime`. */
export interface RuntimeOptions {
  readonly parts: SessionParts;
  /** Returns a number from 0 to 1, like Math.random. */
  readonly random: () => number;
  readonly onState: (state: State) => void;
  readonly onNotice: (notice: Notice) => void;
  /** Called with the browser library's own page when it is open. */
  readonly onPage: (native: unknown) => void;
}

/** Passes events through the machine, one at a time, and performs the effects that the machine returns. */
export interface Runtime {
  state(): State;
  /**
   * Sends an event and returns the machine's outcome: at once, or right after the current event if a listener calls it
   * during that event.
   */
  send(event: Timeless<Event>): Reaction | Promise<Reaction>;
  /** The browser library's own page; `undefined` while no page is open. */
  native(): unknown;
  /** Why the last run could not take the session. */
  refusal(): unknown;
}

/** What the machine did with an event. */
type Reaction = Transition['outcome'];

/** An effect outside the machine, by its type. */
type Performed = {
  readonly [T in Exclude<Effect['type'], 'arm' | 'disarm' | 'notify'>]: (
    effect: Extract<Effect, { readonly type: T }>,
  ) => void;
};

/** Creates a runtime that is not running. */
export function createRuntime({ parts, random, onState, onNotice, onPage }: RuntimeOptions): Runtime {
  const { clock, log, policy } = parts;
  const timers = new Map<TimerName, () => void>();
  const queue: { readonly event: Timeless<Event>; readonly settle: (outcome: Reaction) => void }[] = [];
  let state: State = initialState;
  /** The account for which the session was last ready, and when. */
  let lastReady: { readonly me: string; readonly at: number } | undefined;
  let isBusy = false;

  const send: Runtime['send'] = (event) => {
    if (isBusy) return new Promise((settle) => queue.push({ event, settle }));
    isBusy = true;
    try {
      const outcome = step(event);
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) next.settle(step(next.event));
      return outcome;
    } finally {
      isBusy = false;
    }
  };
  const directory = createDirectory(parts, send);
  const browser = createBrowser(parts, send, (native) => {
    if (!parts.isEphemeral) directory.markUsed();
    onPage(native);
  });
  const keeper = parts.isEphemeral ? keepNothing(send) : createKeeper(parts, send, { directory, browser });
  const renewer = createRenewer(parts, send, keeper.isSaving);
  const isFresh = () => state.name === 'starting' && state.isFresh;
  /** What each effect does. Its result comes back as an event. */
  const effects: Performed = {
    'open-workspace': () =>
      directory.open({
        isFresh,
        async before() {
          keeper.beginRun();
          await browser.end();
        },
        settleBackups: (unfinished) => keeper.settleBackups(unfinished),
        judge: (workspace, signal) => keeper.judge(workspace, isFresh, signal),
      }),
    'launch-browser': () => {
      keeper.beginBrowser();
      browser.launch(directory.workspace());
    },
    'open-page': () => browser.openPage(),
    'read-page': () => {
      browser.readPage();
      directory.watch();
    },
    'command-page': ({ command }) => browser.command(command),
    'close-browser': () => browser.close(),
    'mark-linked': () => keeper.markLinked(),
    'mark-lost': () => keeper.markLost(),
    save: ({ why }) => keeper.save(why, lastReady),
    restore: ({ why }) => keeper.restore(why),
    erase: ({ keep }) => keeper.erase(keep),
    release: () => directory.release({ endWork: () => keeper.endRun() }),
  };

  const step = (event: Timeless<Event>) => {
    const from = state;
    const result = transition(from, { ...event, at: clock.now() } as Event, policy);
    state = result.state;
    if (state.name === 'ready') lastReady = { me: state.me, at: clock.now() };
    log('debug', 'event', { event: event.type, outcome: result.outcome, from: from.name, to: state.name });
    if (event.type === 'browser-launched') keeper.watchBrowser();
    if (state.name === 'ready' && event.type === 'readiness') keeper.proveAgain();
    if (state.name === 'ready' && from.name !== 'ready') {
      keeper.prove();
      renewer.watch(browser.life(), directory.workspace()?.profileDir);
    }
    if (state.name !== 'ready' && from.name === 'ready') renewer.rest();
    const known = from.name === 'ready' ? from.restrictions : undefined;
    if (state.name === 'ready' && state.restrictions !== known) keeper.noteRestrictions(state.restrictions);
    if (state !== from) onState(state);
    for (const effect of result.effects) run(effect);
    return result.outcome;
  };
  const run = (effect: Effect) => {
    if (effect.type === 'arm') arm(effect.timer, effect.ms * (1 + effect.spread * (random() * 2 - 1)));
    else if (effect.type === 'disarm') disarm(effect.timer);
    else if (effect.type === 'notify') onNotice(effect.notice);
    // `effects` has a function for each type of effect, whose parameter has that type.
    else (effects[effect.type] as (one: Effect) => void)(effect);
  };
  const arm = (timer: TimerName, ms: number) => {
    disarm(timer);
    const cancel = clock.set(ms, () => {
      timers.delete(timer);
      send({ type: 'clock', timer });
    });
    timers.set(timer, cancel);
  };
  const disarm = (timer: TimerName) => {
    timers.get(timer)?.();
    timers.delete(timer);
  };

  return { state: () => state, send, native: browser.native, refusal: directory.refusal };
}
