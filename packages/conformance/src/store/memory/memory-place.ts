import { type LeaseHolder, WakeyError } from '@wakey/core';

/** One generation in memory. */
export interface Kept {
  readonly generation: number;
  readonly bytes: Uint8Array;
  readonly sum: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** In their order. */
  readonly segments: readonly KeptSegment[];
}

/** One segment in memory. */
export interface KeptSegment {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly sum: string;
}

/** The state of one session in a place. A change replaces this object and never modifies it. */
export interface Shelf {
  readonly fence: number;
  readonly generation: number;
  /** The generations, oldest first. */
  readonly kept: readonly Kept[];
  readonly aside?: Kept & { readonly until: number };
  readonly held?: Holding;
}

interface Holding {
  readonly holder: LeaseHolder;
  readonly fence: number;
  readonly until: number;
  readonly owner: object;
}

/** A fault of a place: on each access it throws, or lets the access pass. */
export type Fault = (isChange: boolean) => void;

/** A place in memory. Every change to it is atomic. */
export interface MemoryPlace {
  /** How long leases last. If absent, a lease lasts as long as its process. */
  readonly duration?: number;
  list(): readonly string[];
  look(id: string): Shelf;
  /** Replaces the state of a session, and returns the further result of the change. */
  change<T>(id: string, change: (shelf: Shelf) => readonly [Shelf, T]): T;
  /** The current holder of the session, if there is one. */
  heldOn(shelf: Shelf): (LeaseHolder & { readonly fence: number }) | undefined;
  holding(holder: LeaseHolder, fence: number, owner: object): Holding;
}

/** The faults of a place in memory. */
export interface MemoryWorld {
  readonly shelves: Map<string, Shelf>;
  readonly faults: Set<Fault>;
  /** Processes that have ended. */
  readonly dead: WeakSet<object>;
  now: number;
}

/** A place in a world. Every access may meet the world's faults and one fault of the place itself. */
export function memoryPlace(world: MemoryWorld, duration?: number, own: Fault = () => undefined): MemoryPlace {
  const meet = (isChange: boolean) => {
    for (const fault of [...world.faults, own]) fault(isChange);
  };
  const shelfOf = (id: string) => world.shelves.get(id) ?? NOTHING;
  return {
    ...(duration === undefined ? {} : { duration }),
    list() {
      meet(false);
      return [...world.shelves].filter(([, { kept }]) => kept.length > 0).map(([id]) => id);
    },
    look(id) {
      meet(false);
      return shelfOf(id);
    },
    change(id, change) {
      const [shelf, given] = change(shelfOf(id));
      meet(true);
      world.shelves.set(id, shelf);
      return given;
    },
    heldOn({ held }) {
      // If leases expire by time, the fate of the holder's process is unknown, and does not matter.
      const isAlive = duration !== undefined || (held !== undefined && !world.dead.has(held.owner));
      const isHeld = held !== undefined && world.now < held.until && isAlive;
      return isHeld ? { ...held.holder, fence: held.fence } : undefined;
    },
    holding: (holder, fence, owner) => {
      return { holder, fence, owner, until: world.now + (duration ?? Number.POSITIVE_INFINITY) };
    },
  };
}

const NOTHING: Shelf = { fence: 0, generation: 0, kept: [] };

/** Makes the place refuse: only changes, or every access. */
export function refusing(what: string, onlyChanges: boolean): Fault {
  return (isChange) => {
    if (isChange) throw new WakeyError('store-unwritable', { what, hint: 'Nothing was changed.' });
    if (!onlyChanges) throw new WakeyError('store-unreadable', { what, hint: 'Try again.' });
  };
}
