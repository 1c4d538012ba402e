import {
  type BrowserDriver,
  type Event,
  type PageAdapter,
  type Policy,
  plainText,
  type SessionStore,
} from '@wakey/core';
import type { Clock } from '@wakey/host';
import { type Log, withoutUrls } from '../log.js';

/** What a session is made of. The same for all its runs. */
export interface SessionParts {
  readonly id: string;
  readonly sessionsDir: string;
  /** The directory in memory for live profiles; `undefined` puts the live profile into the session's directory. */
  readonly memoryDir: string | undefined;
  readonly program: string;
  /**
   * How long the newest backup stays in quarantine after a logout that this program did not request, in ms. 0 disables it.
   */
  readonly keepAfterLogout: number;
  readonly driver: BrowserDriver;
  /** Whether nothing of the session is kept; `driver` then keeps no profile, and there is no store. */
  readonly isEphemeral: boolean;
  readonly page: PageAdapter;
  readonly store: SessionStore | undefined;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Log;
  /** Warns the session's user, by the event `warning` and by the log. */
  readonly warn: (what: string) => void;
}

/** Sends an event to the machine and adds the time. */
export type Send = (event: Timeless<Event>) => unknown;

/** An event without its time, which `Send` adds. */
export type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never;

/**
 * Describes a thrown value for events and errors. URLs are cut to origin and path, and control characters are removed,
 * because the text can hold a browser's output, which could steer a terminal.
 */
export function detailOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return withoutUrls(plainText(text, { most: 4_000, keepLines: true }));
}
