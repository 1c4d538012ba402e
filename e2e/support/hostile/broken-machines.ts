import { type Effect, type Event, type State, transition } from '@wakey/core';
import type { Machine } from './machine-walk.ts';

/** Machines with one fault each, under the name of the law that has to detect the fault. */
export const brokenMachines: Readonly<Record<string, Machine>> = {
  'erases a login only after a confirmed logout or a command': takingEachForAnother(),
  'destroys the newest backup at once only on command': (state, event, policy) => {
    const result = transition(state, event, policy);
    const effects = result.effects.map((effect) =>
      effect.type === 'erase' ? { ...effect, keep: 'nothing' as const } : effect,
    );
    return { ...result, effects };
  },
  'runs one erasure at a time': adding('relink', ({ name }) => name === 'starting', { type: 'erase', keep: 'newest' }),
  'is ready only while the page reports that it is ready': deafTo(['offline', 'connecting'], 'ready'),
  'starts no second browser': adding('browser-lost', () => true, { type: 'launch-browser' }),
  'starts no browser while the profile is being erased or replaced': adding(
    'relink',
    (state) => state.name === 'starting' && ['erasing', 'restoring'].includes(state.phase),
    { type: 'launch-browser' },
  ),
  'saves a profile only after a proof of ready': adding('syncing', () => true, { type: 'save', why: 'scheduled' }),
  'shows no more than maxQr codes': (state, event, policy) =>
    transition(state, event, policy && { ...policy, maxQr: policy.maxQr + 1 }),
  'releases the session once': adding('stop', ({ name }) => name === 'stopping', { type: 'release' }),
  'runs exactly the timers that the state needs': (state, event, policy) => {
    const result = transition(state, event, policy);
    return { ...result, effects: result.effects.filter(({ type }) => type !== 'disarm') };
  },
  'is stopped or ended after a stop': deafTo(['clock'], 'stopping'),
};

/** A machine that believes that each report of a logout comes from another document. */
function takingEachForAnother(): Machine {
  let document = 0;
  return (state, event, policy) => {
    document += 1;
    return transition(state, event.type === 'logged-out' ? { ...event, document } : event, policy);
  };
}

/** A machine that ignores some events in one state. */
function deafTo(types: readonly Event['type'][], name: State['name']): Machine {
  return (state, event, policy) =>
    state.name === name && types.includes(event.type)
      ? { state, effects: [], outcome: 'ignored' }
      : transition(state, event, policy);
}

/** A machine that adds an effect whenever an event of this type comes in a state for which `isMeant` is true. */
function adding(type: Event['type'], isMeant: (state: State) => boolean, effect: Effect): Machine {
  return (state, event, policy) => {
    const result = transition(state, event, policy);
    return event.type === type && isMeant(state) ? { ...result, effects: [...result.effects, effect] } : result;
  };
}
