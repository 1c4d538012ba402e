import type { Effect } from './effect.js';
import type { Event } from './event.js';
import type { Policy } from './policy.js';
import type { State } from './state.js';

/** The result of one event in one state. */
export interface Step<S extends State = State> {
  readonly state: S;
  readonly effects: readonly Effect[];
  /** `refused`: a command that the state does not allow. `ignored`: a signal that means nothing in the state. */
  readonly outcome: 'taken' | 'ignored' | 'refused';
}

/** The event with a type. */
export type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

/** What a state does with each event. An absent event is refused if it is a command, and ignored otherwise. */
export type Rules<S extends State> = {
  readonly [T in Event['type']]?: (state: S, event: EventOf<T>, policy: Policy) => Step;
};

/** Goes to a state with effects. */
export function go<S extends State>(state: S, ...effects: readonly Effect[]): Step<S> {
  return { state, effects, outcome: 'taken' };
}

/** Stays in the state and reports that the event meant nothing. */
export function ignore<S extends State>(state: S): Step<S> {
  return { state, effects: [], outcome: 'ignored' };
}

/** Stays in the state and reports that the state does not allow the command. */
export function refuse<S extends State>(state: S): Step<S> {
  return { state, effects: [], outcome: 'refused' };
}
