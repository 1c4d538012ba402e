import { type LeaseHolder, WakeyError } from '@wakey/core';

/** One generation in memory. */
export interface Kept {
  readonly generation: number;
  readonly bytes: Uint8Array;
  readonly sum: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is kept of one session. Never changed, only replaced. */
export interface Shelf {
  readonly fence: number;
  readonly generation: number;
  /** The oldest first. */
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

/** Something that goes wrong with a place: on each access it throws, or lets pass. */
export type Fault = (isChange: boolean) => void;

/** A place in memory. Whatever is done to it is done at once and whole. */
export interface MemoryPlace {
  /** How long its leases last; for as long as their process lives when absent. */
  readonly duration?: number;
  list(): readonly string[];
  look(id: string): Shelf;
  /** Replaces what is kept of a session, and gives what the change gives besides. */
  change<T>(id: string, change: (shelf: Shelf) => readonly [Shelf, T]): T;
  /** Who holds the session, if somebody still does. */
  heldOn(shelf: Shelf): (LeaseHolder & { readonly fence: number }) | undefined;
  holding(holder: LeaseHolder, fence: number, owner: object): Holding;
}

/** What the world does to a place in memory. */
export interface MemoryWorld {
  readonly shelves: Map<string, Shelf>;
  readonly faults: Set<Fault>;
  /** Processes that are no more. */
  readonly dead: WeakSet<object>;
  now: number;
}

/** A place in a world, where every access may meet the faults of the world and one of its own. */
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
      // What becomes of the process of a lease that lapses is not known, and does not matter.
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

/** The place refuses: changes alone, or whatever is asked of it. */
export function refusing(what: string, onlyChanges: boolean): Fault {
  return (isChange) => {
    if (isChange) throw new WakeyError('store-unwritable', { what, todo: 'Nothing was changed.' });
    if (!onlyChanges) throw new WakeyError('store-unreadable', { what, todo: 'Try again.' });
  };
}
