import type { Capability, SessionStore } from '@wakey/core';

/** What the suite must know of a store: how a place for it is made, and what can be done to that place. */
export interface StoreUnderTest {
  readonly capabilities: StoreCapabilities;
  /** Makes an empty place to keep sessions in, for one check alone. */
  place(): Promise<StorePlace>;
}

/** Somewhere to keep sessions. It has those of `StoreHooks` that are declared, and no others. */
export interface StorePlace extends Partial<StoreHooks> {
  /** The store over this place, as one more process would open it: nothing is shared but the place. */
  open(): SessionStore;
  /** Removes the place and whatever is in it. */
  remove(): Promise<void>;
}

/** What a test can do to a place, as the world does. Each is declared, or absent with the reason. */
export interface StoreHooks {
  /** Changes the stored bytes of a generation behind the store's back, as a failing disk does. */
  damage(id: string, generation: number): Promise<void>;
  /** Leaves no room in the place, until the function it gives is called. */
  fill(): Promise<() => Promise<void>>;
  /** Lets nothing be changed in the place, until the function it gives is called. */
  protect(): Promise<() => Promise<void>>;
  /** Lets no call to the place succeed, until the function it gives is called. */
  disconnect(): Promise<() => Promise<void>>;
  /**
   * A store whose nth operation on the place, counted from 1, goes wrong. `crash`: it is done by half at most, and so is
   * no later one, for the process is dead. `fail`: it alone is refused.
   */
  faultAt(operation: number, how: 'crash' | 'fail'): FaultyStore;
  /** Lets so many ms pass for every store over this place. For stores whose leases lapse. */
  passTime(ms: number): Promise<void>;
  /** Starts another process that can hold leases. For stores whose leases die with their process. */
  startOwner(): Promise<StoreOwner>;
}

/** A store with a fault to come. */
export interface FaultyStore {
  readonly store: SessionStore;
  /** Whether it has come to that operation. */
  wasStruck(): boolean;
  /** Does what the end of its process does: what it held open is closed. */
  bury(): Promise<void>;
}

/** A process that holds leases. */
export interface StoreOwner {
  readonly pid: number;
  /** Takes the lease of a session, naming its process; gives the fence. */
  lease(id: string): Promise<number>;
  /** Ends it without a warning. Resolves when it is gone. May be called twice. */
  kill(): Promise<void>;
}

/** One thing that a store may do, or a test do to its place, beyond what every store does. */
export type StoreCapability =
  | keyof StoreHooks
  /** A bundle passes through it in pieces, whatever its size: neither a write nor a read holds all of it in memory. */
  | 'streaming'
  /** The store has a `quarantine`. */
  | 'quarantine';

/** What there is; of what there is not, the reason. */
export type StoreCapabilities = { readonly [C in StoreCapability]: Capability };
