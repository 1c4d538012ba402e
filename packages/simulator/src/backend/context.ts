import type { SimulatorClock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import type { Troubles } from '../troubles.ts';
import type { Accounts } from './accounts.ts';

/** The objects that every part of the backend uses. */
export interface BackendContext {
  readonly clock: SimulatorClock;
  readonly random: (size: number) => Buffer;
  readonly journal: Journal;
  readonly accounts: Accounts;
  readonly troubles: () => Troubles;
}
