import type { Capability, SessionStore } from '@wakey/core';

/** A store for the suite: a function that makes a place for it, and the faults that a test can cause in that place. */
export interface StoreUnderTest {
  readonly capabilities: StoreCapabilities;
  /** Makes an empty place to keep sessions in, for one check alone. */
  place(): Promise<StorePlace>;
}

/** A place that holds sessions. It has exactly the `StoreHooks` that are declared. */
export interface StorePlace extends Partial<StoreHooks> {
  /** Opens the store over this place as another process would: the stores share nothing but the place. */
  open(): SessionStore;
  /** Removes the place and everything in it. */
  remove(): Promise<void>;
}

/** Faults that a test can cause in a place. Each hook is declared, or absent with the reason. */
export interface StoreHooks {
  /** Changes the stored bytes of a generation behind the store's back, as a failing disk does. */
  damage(id: string, generation: number): Promise<void>;
  /**
   * Changes a stored segment behind the store's back. `cut` takes the end of the last segment away, as a crash or a full disk
   * does during its append; `flip` changes a bit of its bytes; `lose` takes the whole segment away and leaves those after it.
   */
  damageSegment(id: string, generation: number, number: number, how: 'cut' | 'flip' | 'lose'): Promise<void>;
  /** Leaves no room in the place, until the test calls the returned function. */
  fill(): Promise<() => Promise<void>>;
  /** Makes the place read-only, until the test calls the returned function. */
  protect(): Promise<() => Promise<void>>;
  /** Makes every call to the place fail, until the test calls the returned function. */
  disconnect(): Promise<() => Promise<void>>;
  /**
   * A store whose nth operation on the place, counted from 1, goes wrong. With `crash` the process dies in it: the
   * operation is done at most by half, and no later operation is done. With `fail` only this operation fails.
   */
  faultAt(operation: number, how: 'crash' | 'fail'): FaultyStore;
  /** Lets so many ms pass for every store over this place. For stores whose leases expire. */
  passTime(ms: number): Promise<void>;
  /** Starts another process that can hold leases. For stores whose leases die with their process. */
  startOwner(): Promise<StoreOwner>;
}

/** A store with a planned fault. */
export interface FaultyStore {
  readonly store: SessionStore;
  /** Whether the store has reached the faulty operation. */
  wasStruck(): boolean;
  /** Closes what the store held open, as the end of its process does. */
  bury(): Promise<void>;
}

/** A process that holds leases. */
export interface StoreOwner {
  readonly pid: number;
  /** Takes the lease of a session in the name of this process; returns the fence. */
  lease(id: string): Promise<number>;
  /** Kills the process without a warning. Resolves when it is gone. May be called twice. */
  kill(): Promise<void>;
}

/** A capability beyond what every store has: of the store itself, or of the test on its place. */
export type StoreCapability =
  | keyof StoreHooks
  /**
   * The store handles a bundle in pieces, whatever its size: neither a write nor a read holds the whole bundle in
   * memory.
   */
  | 'streaming'
  /** The store has a `quarantine`. */
  | 'quarantine'
  /** The store has `segments`. */
  | 'segments';

/** The capabilities that are there, and for each absent capability the reason. */
export type StoreCapabilities = { readonly [C in StoreCapability]: Capability };
