import type { Effect } from './effect.js';
import type { Event } from './event.js';
import type { Policy } from './policy.js';
import type { State } from './state.js';

/** What one event did. */
export interface Step<S extends State = State> {
  readonly state: S;
  readonly effects: readonly Effect[];
  /** `refused`: a command the state cannot do. `ignored`: a signal that means nothing in it. */
  readonly outcome: 'taken' | 'ignored' | 'refused';
}

/** The event of a type. */
export type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

/** What a state does with the events it knows. What is absent is refused (a command) or ignored (all else). */
export type Rules<S extends State> = {
  readonly [T in Event['type']]?: (state: S, event: EventOf<T>, policy: Policy) => Step;
};

/** Goes to a state, with effects. */
export function go<S extends State>(state: S, ...effects: readonly Effect[]): Step<S> {
  return { state, effects, outcome: 'taken' };
}

/** Stays, and says that the event meant nothing. */
export function ignore<S extends State>(state: S): Step<S> {
  return { state, effects: [], outcome: 'ignored' };
}

/** Stays, and says that the command cannot be done here. */
export function refuse<S extends State>(state: S): Step<S> {
  return { state, effects: [], outcome: 'refused' };
}
