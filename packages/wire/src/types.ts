import type { z } from 'zod';
import type { event } from './schema/events.js';
import type { finding, listing, verdict } from './schema/listings.js';
import type { report } from './schema/reports.js';
import type { state } from './schema/states.js';

/** A state of a session as JSON. It carries no code: codes are in the events `qr`, `link-code` and `passkey`. */
export type StateJson = Immutable<z.output<typeof state>>;

/** An event of a session as JSON: one line of `wakey start --json`. */
export type EventJson = Immutable<z.output<typeof event>>;

/** One session of a directory as JSON: one line of `wakey status --json`. */
export type ListingJson = Immutable<z.output<typeof listing>>;

/** One finding of a check as JSON: one line of `wakey doctor --json`. */
export type FindingJson = Immutable<z.output<typeof finding>>;

/** The result of all checks as JSON: the last line of `wakey doctor --json`. */
export type VerdictJson = Immutable<z.output<typeof verdict>>;

/** What a command did, as JSON: the only line of `wakey export`, `import`, `migrate` and `keys … --json`. */
export type ReportJson = Immutable<z.output<typeof report>>;

/** The state with a name. */
export type StateJsonOf<S extends StateJson['state']> = Extract<StateJson, { readonly state: S }>;

/** The event with a name. */
export type EventJsonOf<E extends EventJson['event']> = Extract<EventJson, { readonly event: E }>;

type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;
