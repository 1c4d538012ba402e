import type { Effect } from './effect.js';
import type { Concealed, Event } from './event.js';
import { initialState, transition } from './machine.js';
import { defaultPolicy, type Policy } from './policy.js';
import type { State } from './state.js';

// Shared by the tests of the rules. The machine does not use this file.

/** An event without its time. */
export type Timeless = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** A secret for tests. */
export const concealed = (value: string): Concealed => ({
  reveal: () => value,
  toString: () => value,
  toJSON: () => value,
});

/** The events from `stopped` to an open page without credentials. */
export const open = [
  { type: 'start' },
  { type: 'workspace-opened', linked: false, canRestore: false },
  { type: 'browser-launched' },
  { type: 'page-opened' },
] as const;

/** A code on the page. */
export const qr = (value: string) => ({ type: 'qr', qr: concealed(value) }) as const;

/** The signal with full proof of ready. */
export const ready = { type: 'readiness', me: 'me', missing: [] } as const;

/** The state to which the events lead, with the effects and notices on the way. */
export function follow(
  events: readonly (Timeless & { readonly at?: number })[],
  policy: Partial<Policy> = {},
  from: State = initialState,
) {
  let state = from;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = transition(state, { at: 0, ...event } as Event, { ...defaultPolicy, ...policy });
    state = step.state;
    effects.push(...step.effects);
  }
  const notices = effects.flatMap((effect) => (effect.type === 'notify' ? [effect.notice] : []));
  const erasures = effects.flatMap((effect) => (effect.type === 'erase' ? [effect.keep] : []));
  return { state, effects: effects.map(({ type }) => type), notices, erasures };
}
