import type { Capability } from '@wakey/core';
import type { FaultyStore, StoreCapabilities, StoreHooks, StoreOwner, StorePlace, StoreUnderTest } from '../subject.js';
import { type Fault, type KeptSegment, type MemoryWorld, memoryPlace, refusing } from './memory-place.js';
import { storeIn } from './memory-store.js';

/** How a store in memory grants leases. */
export interface MemoryStoreOptions {
  /** How long a lease lasts without a renewal, in ms. @default as long as its process, which `startOwner` imitates */
  readonly leaseDuration?: number;
}

/**
 * A correct store in memory that supports every fault of the suite. Use it to test a store that wraps another store,
 * and to test that the clauses notice faults.
 */
export function memoryStore({ leaseDuration }: MemoryStoreOptions = {}): StoreUnderTest {
  return {
    capabilities: { ...capabilities, ...(leaseDuration === undefined ? { startOwner: there } : { passTime: there }) },
    place: async () => newPlace(leaseDuration),
  };
}

const there: Capability = { supported: true };

const capabilities: StoreCapabilities = {
  streaming: { supported: false, reason: 'it keeps every byte in memory' },
  quarantine: there,
  segments: there,
  damage: there,
  damageSegment: there,
  fill: there,
  protect: there,
  disconnect: there,
  faultAt: there,
  passTime: { supported: false, reason: 'its leases last as long as their process' },
  startOwner: { supported: false, reason: 'its leases expire by time, whether or not their process still runs' },
};

function newPlace(duration: number | undefined): StorePlace {
  const world: MemoryWorld = { shelves: new Map(), faults: new Set(), dead: new WeakSet(), now: 0 };
  const openBy = (owner: object, own?: Fault) => storeIn(memoryPlace(world, duration, own), owner);
  const meeting = async (fault: Fault) => {
    world.faults.add(fault);
    return async () => void world.faults.delete(fault);
  };
  return {
    open: () => openBy({}),
    remove: async () => world.shelves.clear(),
    damage: async (id, generation) => damage(world, id, generation),
    damageSegment: async (...segment) => damageSegment(world, ...segment),
    fill: () => meeting(refusing('There is no room left.', true)),
    protect: () => meeting(refusing('Nothing may be changed here.', true)),
    disconnect: () => meeting(refusing('The place does not answer.', false)),
    faultAt: (operation, how) => faulty(world, openBy, operation, how),
    ...(duration === undefined
      ? { startOwner: async () => ownerIn(world, openBy) }
      : { passTime: async (ms) => passTime(world, ms) }),
  };
}

function damage({ shelves }: MemoryWorld, id: string, generation: number): void {
  const shelf = shelves.get(id);
  if (shelf === undefined) throw new Error(`There is no session ${id} to damage.`);
  const kept = shelf.kept.map((one) =>
    one.generation === generation ? { ...one, bytes: one.bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) } : one,
  );
  shelves.set(id, { ...shelf, kept });
}

function damageSegment(
  { shelves }: MemoryWorld,
  ...[id, generation, number, how]: Parameters<StoreHooks['damageSegment']>
): void {
  const shelf = shelves.get(id);
  if (shelf === undefined) throw new Error(`There is no session ${id} to damage.`);
  const change = (one: KeptSegment): readonly KeptSegment[] => {
    if (one.number !== number) return [one];
    // A torn segment does not exist here: every change is atomic.
    return how === 'flip' ? [{ ...one, bytes: one.bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) }] : [];
  };
  const kept = shelf.kept.map((one) =>
    one.generation === generation ? { ...one, segments: one.segments.flatMap(change) } : one,
  );
  shelves.set(id, { ...shelf, kept });
}

function passTime(world: MemoryWorld, ms: number): void {
  world.now += ms;
}

type OpenBy = (owner: object, own?: Fault) => ReturnType<typeof storeIn>;

function faulty(world: MemoryWorld, openBy: OpenBy, operation: number, how: 'crash' | 'fail'): FaultyStore {
  let count = 0;
  const owner = {};
  const refuse = refusing('The process is dead.', false);
  const fault: Fault = (isChange) => {
    count += 1;
    if (how === 'crash' ? count >= operation : count === operation) refuse(isChange);
  };
  return {
    store: openBy(owner, fault),
    wasStruck: () => count >= operation,
    bury: async () => void world.dead.add(owner),
  };
}

function ownerIn(world: MemoryWorld, openBy: OpenBy): StoreOwner {
  const owner = {};
  const pid = 4712;
  return {
    pid,
    lease: async (id) => {
      const holder = { host: 'a-host', pid, since: world.now, program: 'the owner' };
      return (await openBy(owner).lease(id, holder)).fence;
    },
    kill: async () => void world.dead.add(owner),
  };
}
