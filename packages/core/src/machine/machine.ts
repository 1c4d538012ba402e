/*
 * The authentication machine. Pure and total: it takes, ignores or refuses every event in every state.
 *
 * - Each event carries its time. A timer that the machine armed by an effect comes back as a `clock` event.
 * - A command that a state does not allow is `refused`: the caller's error. A signal that means nothing is `ignored`.
 * - Page signals are levels: the same signal a second time changes nothing.
 * - `states/` has one file for each state, which says what the state does with each event, and `clocks.ts` which timers each state needs.
 */
import { rewind, timersOf } from './clocks.js';
import type { Effect } from './effect.js';
import type { Command, Event } from './event.js';
import { defaultPolicy, type Policy } from './policy.js';
import { rulesOf } from './rules.js';
import type { State } from './state.js';
import type { Step } from './step.js';

/** The result of one event. */
export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly outcome: 'taken' | 'ignored' | 'refused';
}

/** The state of a session that was not started yet. */
export const initialState: State = { name: 'stopped' };

/** Passes one event through the machine. Never throws and never reads a clock. */
export function transition(state: State, event: Event, policy: Policy = defaultPolicy): Transition {
  if (event.type === 'clock' && !timersOf(state, policy, event.at).some(({ timer }) => timer === event.timer)) {
    return { state, effects: [], outcome: 'ignored' };
  }
  const rule = rulesOf(state)[event.type] as ((state: State, event: Event, policy: Policy) => Step) | undefined;
  const step: Step = rule?.(state, event, policy) ?? { state, effects: [], outcome: refusal(event) };
  const fired = event.type === 'clock' ? event.timer : undefined;
  return { ...step, effects: [...rewind(state, step.state, policy, event.at, fired), ...step.effects] };
}

/** Whether an event is a command of a caller. */
export function isCommand(event: Event): boolean {
  return Object.hasOwn(commands, event.type);
}

function refusal(event: Event): 'refused' | 'ignored' {
  return isCommand(event) ? 'refused' : 'ignored';
}

const commands = {
  start: true,
  stop: true,
  logout: true,
  relink: true,
  'submit-link-code': true,
  'answer-passkey': true,
  'refuse-passkey': true,
} as const satisfies { readonly [C in Command['type']]: true };
