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
import type { EffectContext, Timeless } from './effects/context.js';
import { noteRestrictions } from './effects/note-restrictions.js';
import { perform } from './effects/perform.js';
import { prove } from './effects/prove.js';

/** Options of `createRuntime`, which include the context of its effects. */
export interface RuntimeOptions {
  readonly context: Omit<EffectContext, 'send' | 'lastReady' | 'isFresh'>;
  /** Returns a number from 0 to 1, like Math.random. */
  readonly random: () => number;
  readonly onState: (state: State) => void;
  readonly onNotice: (notice: Notice) => void;
}

/** Passes events through the machine, one at a time, and performs the effects that the machine returns. */
export interface Runtime {
  state(): State;
  /**
   * Sends an event and returns the machine's outcome: at once, or right after the current event if a listener calls it
   * during that event.
   */
  send(event: Timeless<Event>): Outcome | Promise<Outcome>;
}

type Outcome = Transition['outcome'];

/** Creates a runtime that is not running. */
export function createRuntime({ context: given, random, onState, onNotice }: RuntimeOptions): Runtime {
  const { clock, log, policy } = given;
  const timers = new Map<TimerName, () => void>();
  const queue: { readonly event: Timeless<Event>; readonly settle: (outcome: Outcome) => void }[] = [];
  let state: State = initialState;
  let lastReady: ReturnType<EffectContext['lastReady']>;
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
  const context: EffectContext = {
    ...given,
    send,
    lastReady: () => lastReady,
    isFresh: () => state.name === 'starting' && state.isFresh,
  };

  const step = (event: Timeless<Event>) => {
    const from = state;
    const result = transition(from, { ...event, at: clock.now() } as Event, policy);
    state = result.state;
    if (state.name === 'ready') lastReady = { me: state.me, at: clock.now() };
    log('debug', 'event', { event: event.type, outcome: result.outcome, from: from.name, to: state.name });
    if (state.name === 'ready' && from.name !== 'ready') prove(context);
    const known = from.name === 'ready' ? from.restrictions : undefined;
    if (state.name === 'ready' && state.restrictions !== known) noteRestrictions(context, state.restrictions);
    if (state !== from) onState(state);
    for (const effect of result.effects) run(effect);
    return result.outcome;
  };
  const run = (effect: Effect) => {
    if (effect.type === 'arm') arm(effect.timer, effect.ms * (1 + effect.spread * (random() * 2 - 1)));
    else if (effect.type === 'disarm') disarm(effect.timer);
    else if (effect.type === 'notify') onNotice(effect.notice);
    else perform(effect, context);
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

  return { state: () => state, send };
}
