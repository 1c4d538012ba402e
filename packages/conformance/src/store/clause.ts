import type { StoreSabotage } from './sabotage/sabotage.js';
import type { StoreCapability, StoreHooks, StorePlace } from './subject.js';

/** One promise of the store contract, and a check whether a store keeps the promise. Needs no test runner. */
export interface StoreClause {
  readonly name: string;
  /** The capability that the clause needs. Without it, the clause checks only that the capability really is absent. */
  readonly needs?: StoreCapability;
  /** Runs in an empty place of its own, which has the hook that the clause needs. */
  check(place: StorePlace & StoreHooks): Promise<void>;
  /** Makes, from a store that passes this clause, a store that must fail it. */
  readonly sabotage: StoreSabotage;
}
