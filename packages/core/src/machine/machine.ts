/*
 * The authentication machine. Pure and total: every event is taken, ignored or refused in every state.
 *
 * - Time comes in with the events, and as `clock` events of timers that the machine armed by effect.
 * - Commands that a state cannot do are `refused`: the caller's error. Signals that mean nothing are `ignored`.
 * - Page signals are levels: the same one twice changes nothing the second time.
 * - What a state does with an event stands in `rules.ts`, one entry a state; which timers it needs in `clocks.ts`.
 */
import { clocksOf, rewind } from './clocks.js';
import type { Effect } from './effect.js';
import type { Command, Event } from './event.js';
import { defaultPolicy, type Policy } from './policy.js';
import { rulesOf } from './rules.js';
import type { State } from './state.js';
import type { Step } from './step.js';

/** What came of one event. */
export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly outcome: 'taken' | 'ignored' | 'refused';
}

/** The state of a session that nobody has started. */
export const initialState: State = { name: 'stopped' };

/** Carries one event through the machine. Never throws; never looks at a clock. */
export function transition(state: State, event: Event, policy: Policy = defaultPolicy): Transition {
  if (event.type === 'clock' && !clocksOf(state, policy, event.at).some(({ timer }) => timer === event.timer)) {
    return { state, effects: [], outcome: 'ignored' };
  }
  const rule = rulesOf(state)[event.type] as ((state: State, event: Event, policy: Policy) => Step) | undefined;
  const step: Step = rule?.(state, event, policy) ?? { state, effects: [], outcome: refusal(event) };
  const fired = event.type === 'clock' ? event.timer : undefined;
  return { ...step, effects: [...rewind(state, step.state, policy, event.at, fired), ...step.effects] };
}

/** Whether an event is something a caller asked for. */
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
