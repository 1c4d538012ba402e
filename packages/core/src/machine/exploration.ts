import type { Effect } from './effect.js';
import type { Event } from './event.js';
import { initialState, type Transition, transition } from './machine.js';
import type { Policy } from './policy.js';
import type { State } from './state.js';

/** One transition that was found. */
export interface Edge extends Transition {
  readonly from: State;
  readonly event: Event;
}

/** What an exploration walked through. */
export interface Exploration {
  readonly states: ReadonlyMap<string, State>;
  /** For each state, by key, the keys it was reached from. */
  readonly sources: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Breadth first over all states × all events, handing each edge to `visit`. Counters that grow without bound are folded
 * above the policy's limits, so that the set is finite; time stands still, since only its passing by timers means
 * something to the machine.
 */
export function explore(policy: Policy, events: readonly Event[], visit: (edge: Edge) => void): Exploration {
  const states = new Map<string, State>([[keyOf(initialState, policy), initialState]]);
  const sources = new Map<string, Set<string>>();
  for (const [key, from] of states) {
    for (const event of events) {
      const result = transition(from, event, policy);
      visit({ ...result, from, event });
      if (result.state === from) continue;
      const to = keyOf(result.state, policy);
      if (!states.has(to)) states.set(to, result.state);
      sources.set(to, (sources.get(to) ?? new Set()).add(key));
    }
  }
  return { states, sources };
}

/** The effects of a type. */
export function effectsOf<T extends Effect['type']>(edge: Edge, type: T): readonly Extract<Effect, { type: T }>[] {
  return edge.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
}

/** What makes two states the same for the exploration. */
export function keyOf(state: State, policy: Policy): string {
  const telling = state.name === 'stopping' ? { ...state, run: state.run.isProven && !state.run.isDoubted } : state;
  return JSON.stringify(telling, (name, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'reveal' in value)
      return (value as { reveal(): string }).reveal();
    if (name === 'attempt' && typeof value === 'number') return Math.min(value, policy.maxRestarts + 1);
    if (name === 'delay' || name === 'detail' || (name === 'cause' && state.name === 'backing-off')) return '';
    return value;
  });
}
