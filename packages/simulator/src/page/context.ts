import type { BackendMessage, PageMessage, PageSettings, PageTroubles } from '../protocol.ts';
import type { Bridge } from './bridge.ts';
import type { Models } from './models/models.ts';
import type { AccountRestrictions } from './restrictions.ts';
import type { Keys } from './storage/keys.ts';
import type { UserPrefs } from './storage/user-prefs.ts';
import type { Updater } from './updater.ts';
import type { View } from './view/view.ts';

/** The objects that every part of the page uses. */
export interface PageContext {
  readonly settings: PageSettings;
  readonly models: Models;
  readonly bridge: Bridge;
  readonly restrictions: AccountRestrictions;
  readonly updater: Updater;
  readonly view: View;
  readonly clock: PageClock;
  readonly troubles: LiveTroubles;
  readonly line: Line;
}

/** The contents of the page's storage. */
export interface Kept {
  readonly keys: Keys;
  readonly prefs: UserPrefs;
}

/** A clock that runs `speed` times as fast as real time. */
export interface PageClock {
  /** Resolves after `ms` of simulated time. */
  pass(ms: number): Promise<void>;
  /** Runs `task` after `ms` of simulated time; returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The current troubles. */
export interface LiveTroubles {
  now(): PageTroubles;
  change(troubles: PageTroubles): void;
  /** Resolves as soon as the troubles fulfil the condition. */
  until(holds: (troubles: PageTroubles) => boolean): Promise<void>;
}

/** The connection to the backend, open or not. */
export interface Line {
  /** Opens a connection and drops the earlier one. */
  open(events: LineEvents): void;
  /** Drops the connection without firing an event. */
  drop(): void;
  isOpen(): boolean;
  /** Sends a message if the connection is open. Otherwise the message is lost, as on a real network. */
  send(message: PageMessage): void;
  /** Sends a message and resolves with its reply. Rejects with the server's error, or when the connection is lost. */
  ask(make: (id: number) => PageMessage): Promise<unknown>;
}

/** The events of a {@link Line}. */
export interface LineEvents {
  readonly opened: () => void;
  readonly message: (message: BackendMessage) => void;
  readonly lost: () => void;
}
