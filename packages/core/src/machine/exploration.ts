import type { Effect } from './effect.js';
import type { Event } from './event.js';
import { hasFreshProof } from './login.js';
import { initialState, type Transition, transition } from './machine.js';
import type { Policy } from './policy.js';
import type { Run, State } from './state.js';

/** One transition that the exploration found. */
export interface Edge extends Transition {
  readonly from: State;
  readonly event: Event;
}

/** The result of an exploration. */
export interface Exploration {
  readonly states: readonly State[];
  /** For each state, by its index in `states`, the indices of the states that lead to it. */
  readonly sources: readonly ReadonlySet<number>[];
}

/**
 * Walks breadth first over all states × all events and passes each edge to `visit`. Counters above the policy's limits count
 * as equal, so that the set of states is finite. Time stands still, because the machine reacts only to timers. `step`: the
 * machine, or a broken machine that the laws must detect.
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

/** The key by which the exploration compares two states. */
export function keyOf(state: State, policy: Policy): string {
  const telling = state.name === 'stopping' ? { ...state, run: tellingOf(state.run) } : state;
  return textOf(telling, state, policy);
}

/** What decides how a run is stopped. */
function tellingOf(run: Run): object {
  return { isFresh: hasFreshProof(run), isEphemeral: run.isEphemeral };
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

/** Whether a field is only shown and decides nothing. */
function isPassive(name: string, state: State, policy: Policy): boolean {
  if (name === 'delay' || name === 'detail') return true;
  if (name === 'cause') return state.name === 'backing-off';
  return name === 'cutOffSince' && policy.giveUpAfter === 0;
}

/** Folds the attempts: only the first attempt differs from the others. */
function folded(name: string, value: unknown): unknown {
  return name === 'attempt' && typeof value === 'number' ? Math.min(value, 1) : value;
}
