import type { Effect } from './effect.js';
import type { Concealed, Event } from './event.js';
import { initialState, transition } from './machine.js';
import { defaultPolicy, type Policy } from './policy.js';
import type { State } from './state.js';

// Shared by the tests of the rules; no part of the machine.

/** An event without its time. */
export type Timeless = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** A secret for tests. */
export const concealed = (value: string): Concealed => ({
  reveal: () => value,
  toString: () => value,
  toJSON: () => value,
});

/** From rest to an open page without credentials. */
export const open = [
  { type: 'start' },
  { type: 'workspace-opened', linked: false, canRestore: false },
  { type: 'browser-launched' },
  { type: 'page-opened' },
] as const;

/** A code on the page. */
export const qr = (value: string) => ({ type: 'qr', qr: concealed(value) }) as const;

/** Everything that ready takes. */
export const ready = { type: 'readiness', me: 'me', missing: [] } as const;

/** Where the events lead, and what they ask for on the way. */
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
