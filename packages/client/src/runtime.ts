import {
  type Effect,
  type Event,
  initialState,
  type Notice,
  type State,
  type TimerName,
  transition,
} from '@wakey/core';
import type { EffectContext, Timeless } from './effects/context.js';
import { perform } from './effects/perform.js';

/** What the runtime needs besides what its effects need. */
export interface RuntimeOptions {
  readonly context: Omit<EffectContext, 'send' | 'me'>;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly onState: (state: State) => void;
  readonly onNotice: (notice: Notice) => void;
}

/** Carries events through the machine, one at a time, and performs what it asks for. */
export interface Runtime {
  state(): State;
  /** Hands over an event; says what the machine made of it. */
  send(event: Timeless<Event>): 'taken' | 'ignored' | 'refused' | 'queued';
}

/** A runtime at rest. */
export function createRuntime({ context: given, random, onState, onNotice }: RuntimeOptions): Runtime {
  const { clock, log, policy } = given;
  const timers = new Map<TimerName, () => void>();
  const queue: Timeless<Event>[] = [];
  let state: State = initialState;
  let isBusy = false;

  const send: Runtime['send'] = (event) => {
    if (isBusy) {
      queue.push(event);
      return 'queued';
    }
    isBusy = true;
    try {
      const outcome = step(event);
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) step(next);
      return outcome;
    } finally {
      isBusy = false;
    }
  };
  const context: EffectContext = { ...given, send, me: () => (state.name === 'ready' ? state.me : undefined) };

  const step = (event: Timeless<Event>) => {
    const from = state;
    const result = transition(from, { ...event, at: clock.now() } as Event, policy);
    state = result.state;
    log('debug', 'event', { event: event.type, outcome: result.outcome, from: from.name, to: state.name });
    if (state !== from) onState(state);
    for (const effect of result.effects) run(effect);
    return result.outcome;
  };
  const run = (effect: Effect) => {
    if (effect.type === 'arm') return arm(effect.timer, effect.ms * (1 + effect.spread * (random() * 2 - 1)));
    if (effect.type === 'disarm') return disarm(effect.timer);
    if (effect.type === 'notify') return onNotice(effect.notice);
    perform(effect, context);
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
