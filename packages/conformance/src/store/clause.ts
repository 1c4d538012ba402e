import type { StoreSabotage } from './sabotage/sabotage.js';
import type { StoreCapability, StoreHooks, StorePlace } from './subject.js';

/** One promise of the store contract, and how to see whether a store keeps it. Needs no test runner. */
export interface StoreClause {
  readonly name: string;
  /** Where this is absent, there is nothing to check but that it is absent indeed. */
  readonly needs?: StoreCapability;
  /** Runs in an empty place of its own, which has the hook that the clause needs. */
  check(place: StorePlace & StoreHooks): Promise<void>;
  /** A store that this clause must fail, made of one that passes it. */
  readonly sabotage: StoreSabotage;
}
