import {
  type BrowserDriver,
  type Event,
  type PageAdapter,
  type Policy,
  plainText,
  type SessionStore,
} from '@wakey/core';
import type { Clock } from '@wakey/host';
import type { Held } from '../held.js';
import { type Log, withoutUrls } from '../log.js';

/** What an effect works with. */
export interface EffectContext {
  readonly id: string;
  readonly sessionsDir: string;
  /** Where the live profile goes; `undefined`: into the session's directory. */
  readonly memoryDir: string | undefined;
  readonly program: string;
  /** How long the newest backup stays in quarantine after a logout that nobody here asked for, in ms; 0: not at all. */
  readonly keepAfterLogout: number;
  readonly driver: BrowserDriver;
  readonly page: PageAdapter;
  readonly store: SessionStore | undefined;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Log;
  readonly held: Held;
  /** Hands an event to the machine; the time is added. */
  readonly send: (event: Timeless<Event>) => unknown;
  /** Whose the session was when it was last seen ready, and when that was; undefined when it never was. */
  readonly lastReady: () => { readonly me: string; readonly at: number } | undefined;
  /** Whether the run that begins was asked to erase what there is: nothing of it has to be readable. */
  readonly isFresh: () => boolean;
  /** Tells the session's user, by the event `warning` and by the log. */
  readonly warn: (what: string) => void;
  /** The library's own page was opened. */
  readonly onPage: (native: unknown) => void;
}

/** An event that happens now. */
export type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never;

/**
 * What to say of something that was thrown: it goes into events and errors, so no URL in it shows more than its place, and
 * nothing in it, such as the end of a browser's output, steers a terminal.
 */
export function detailOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return withoutUrls(plainText(text, { most: 4_000, keepLines: true }));
}
