import { type Effect, type Event, type State, transition } from '@wakey/core';
import type { Machine } from './machine-walk.ts';

/** Machines with one fault each, by the law that has to catch it. */
export const brokenMachines: Readonly<Record<string, Machine>> = {
  'erases only what the page has confirmed as unlinked, or what a caller gave up': takingEachForAnother(),
  'destroys the newest generation at once only on command': (state, event, policy) => {
    const result = transition(state, event, policy);
    const effects = result.effects.map((effect) =>
      effect.type === 'erase' ? { ...effect, keep: 'nothing' as const } : effect,
    );
    return { ...result, effects };
  },
  'erases one thing at a time': adding('relink', ({ name }) => name === 'starting', { type: 'erase', keep: 'newest' }),
  'is ready only while the page says so': deafTo(['offline', 'connecting'], 'ready'),
  'starts no browser beside another': adding('browser-lost', () => true, { type: 'launch-browser' }),
  'starts no browser while the profile is being erased or replaced': adding(
    'relink',
    (state) => state.name === 'starting' && ['erasing', 'restoring'].includes(state.phase),
    { type: 'launch-browser' },
  ),
  'keeps only what was proved ready': adding('syncing', () => true, { type: 'save', why: 'scheduled' }),
  'tells no more than maxQr codes': (state, event, policy) =>
    transition(state, event, policy && { ...policy, maxQr: policy.maxQr + 1 }),
  'gives back the session once': adding('stop', ({ name }) => name === 'stopping', { type: 'release' }),
  'runs exactly the timers that the state needs': (state, event, policy) => {
    const result = transition(state, event, policy);
    return { ...result, effects: result.effects.filter(({ type }) => type !== 'disarm') };
  },
  'comes to rest after a stop': deafTo(['clock'], 'stopping'),
};

/** Takes each report of a logout for that of another document. */
function takingEachForAnother(): Machine {
  let document = 0;
  return (state, event, policy) => {
    document += 1;
    return transition(state, event.type === 'logged-out' ? { ...event, document } : event, policy);
  };
}

/** Ignores some events in one state. */
function deafTo(types: readonly Event['type'][], name: State['name']): Machine {
  return (state, event, policy) =>
    state.name === name && types.includes(event.type)
      ? { state, effects: [], outcome: 'ignored' }
      : transition(state, event, policy);
}

/** Asks for one more thing whenever an event comes in such a state. */
function adding(type: Event['type'], isMeant: (state: State) => boolean, effect: Effect): Machine {
  return (state, event, policy) => {
    const result = transition(state, event, policy);
    return event.type === type && isMeant(state) ? { ...result, effects: [...result.effects, effect] } : result;
  };
}
