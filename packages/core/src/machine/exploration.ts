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
  readonly states: readonly State[];
  /** For each state, by its place in `states`, the places of the states it was reached from. */
  readonly sources: readonly ReadonlySet<number>[];
}

/**
 * Breadth first over all states × all events, handing each edge to `visit`. Counters that grow without bound are folded
 * above the policy's limits, so that the set is finite; time stands still, since only its passing by timers means
 * something to the machine. `step`: the machine, or a broken one that the laws must catch.
 */
export function explore(
  policy: Policy,
  events: readonly Event[],
  visit: (edge: Edge) => void,
  step: typeof transition = transition,
): Exploration {
  const places = new Map<string, number>([[keyOf(initialState, policy), 0]]);
  const states: State[] = [initialState];
  const sources: Set<number>[] = [new Set()];
  for (let place = 0; place < states.length; place += 1) {
    const from = states[place] as State;
    for (const event of events) {
      const result = step(from, event, policy);
      visit({ ...result, from, event });
      if (result.state === from) continue;
      const key = keyOf(result.state, policy);
      let to = places.get(key);
      if (to === undefined) {
        to = states.push(result.state) - 1;
        places.set(key, to);
        sources.push(new Set());
      }
      sources[to]?.add(place);
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
  const telling =
    state.name === 'stopping' ? { ...state, run: state.run.hasFreshProof && !state.run.isDoubted } : state;
  return textOf(telling, state, policy);
}

function textOf(value: unknown, state: State, policy: Policy): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('reveal' in value) return (value as { reveal(): string }).reveal();
  let text = '';
  for (const [name, part] of Object.entries(value)) {
    if (!isPassive(name, state, policy)) text += `${name}:${textOf(folded(name, part), state, policy)},`;
  }
  return `{${text}}`;
}

/** What is only shown, and decides nothing. */
function isPassive(name: string, state: State, policy: Policy): boolean {
  if (name === 'delay' || name === 'detail') return true;
  if (name === 'cause') return state.name === 'backing-off';
  return name === 'cutOffSince' && policy.giveUpAfter === 0;
}

/** Only the first attempt differs from the others. */
function folded(name: string, value: unknown): unknown {
  return name === 'attempt' && typeof value === 'number' ? Math.min(value, 1) : value;
}
