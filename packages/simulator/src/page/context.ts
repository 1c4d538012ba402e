import type { BackendMessage, PageMessage, PageSettings, PageTroubles } from '../protocol.ts';
import type { Bridge } from './bridge.ts';
import type { Models } from './models/models.ts';
import type { AccountRestrictions } from './restrictions.ts';
import type { Keys } from './storage/keys.ts';
import type { UserPrefs } from './storage/user-prefs.ts';
import type { Updater } from './updater.ts';
import type { View } from './view/view.ts';

/** What every part of the page works with. */
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

/** What the page has in its storage. */
export interface Kept {
  readonly keys: Keys;
  readonly prefs: UserPrefs;
}

/** Time, run `speed` times as fast. */
export interface PageClock {
  /** Resolves after `ms` of simulated time. */
  pass(ms: number): Promise<void>;
  /** Runs `task` after `ms` of simulated time; returns what cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The troubles of the moment. */
export interface LiveTroubles {
  now(): PageTroubles;
  change(troubles: PageTroubles): void;
  /** Resolves as soon as the condition holds. */
  until(holds: (troubles: PageTroubles) => boolean): Promise<void>;
}

/** The connection to the backend, whatever it is just now. */
export interface Line {
  /** Opens a connection; any earlier one is dropped. */
  open(events: LineEvents): void;
  /** Drops the connection without an event. */
  drop(): void;
  isOpen(): boolean;
  /** Sends if there is a connection; what is said into a dead line is lost, as in life. */
  send(message: PageMessage): void;
  /** Sends a message that has a reply. Rejects with the server's error, or when the connection is lost. */
  ask(make: (id: number) => PageMessage): Promise<unknown>;
}

/** What happens on a {@link Line}. */
export interface LineEvents {
  readonly opened: () => void;
  readonly message: (message: BackendMessage) => void;
  readonly lost: () => void;
}
