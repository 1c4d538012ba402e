import { join } from 'node:path';
import { type Lease, type LeaseHolder, WakeyError } from '@wakey/core';
import {
  type FileLock,
  isSignalable,
  readHolder,
  sessionInUse,
  takeLock,
  unlessAbsent,
  writeHolder,
} from '@wakey/host';
import { asCall, type Call } from './call.js';
import type { HeldLeases } from './held-leases.js';
import { changesLock, openShelf, type Place } from './place.js';
import { readWatermark, type Shelf, writeWatermark } from './shelf.js';
import { removeOrphans } from './tidy.js';
import { storeTrouble } from './trouble.js';
import { whileLocked } from './while-locked.js';

/**
 * Takes the lease of a session: a lock of the operating system on `bundles/lease`, so it ends with its holder's process
 * and never by age. `renew` has nothing to extend; it proves that the lease is still ours.
 */
export async function takeLease(
  place: Place,
  id: string,
  holder: LeaseHolder,
  call: Call,
  held: HeldLeases,
): Promise<Lease> {
  const shelf = await openShelf(place, id);
  const lock = await takeOrRefuse(place, shelf, holder, call);
  try {
    // Named first, for those who are refused meanwhile.
    await writeHolder(place.disk, holderPath(shelf), holder);
    const fence = await whileLocked(place.disk, changesLock(shelf), place.sleep, call, async () => {
      const { fence, generation } = await readWatermark(shelf);
      await writeWatermark(shelf, { fence: fence + 1, generation });
      // A run that writes no backup must not leave the half-written files of a killed run behind.
      await removeOrphans(place, shelf);
      return fence + 1;
    });
    held.add(shelf, fence, lock);
    return leaseOf(shelf, lock, fence, () => held.drop(shelf, fence));
  } catch (error) {
    // A name that stays costs a wrong name in a message; the first failure is the one to tell.
    await giveBack(shelf, lock).catch(() => undefined);
    throw error;
  }
}

function leaseOf(shelf: Shelf, lock: FileLock, fence: number, onRelease: () => void): Lease {
  let released: Promise<void> | undefined;
  const doing = `keep the lease of session "${shelf.id}"`;
  return {
    fence,
    renew: (options = {}) =>
      asCall(options, async () => {
        if (released !== undefined) throw lost(shelf, 'it was given back');
        try {
          if ((await lock.look()).is !== 'current') throw lost(shelf, 'its lock file was replaced');
          if ((await readWatermark(shelf)).fence !== fence) throw lost(shelf, 'a newer fence was given');
        } catch (error) {
          throw storeTrouble('store-unreadable', doing, shelf.path, error);
        }
      }),
    release: async () => {
      onRelease();
      released ??= giveBack(shelf, lock).catch((error: unknown) => {
        throw storeTrouble('store-unwritable', doing, shelf.path, error);
      });
      return released;
    },
  };
}

async function giveBack(shelf: Shelf, lock: FileLock): Promise<void> {
  try {
    if ((await lock.look()).is === 'current') await unlessAbsent(shelf.disk.files.unlink(holderPath(shelf)));
  } finally {
    await lock.release();
  }
}

/**
 * A holder that has just come has not named itself yet, and the one before it, which was killed, is named still: so it is
 * asked again. For longer where nobody is named, or somebody on this host who is no more.
 */
const TRIES = 8;
const TRIES_FOR_A_NAME = 80;
const PAUSE = 25;

async function takeOrRefuse(place: Place, shelf: Shelf, us: LeaseHolder, call: Call): Promise<FileLock> {
  for (let attempt = 1; ; attempt++) {
    call.check();
    const lock = await takeLock(place.disk, join(shelf.path, 'lease'));
    if (lock !== undefined) return lock;
    if (attempt >= TRIES) {
      const named = await readHolder(place.disk, holderPath(shelf));
      const isKnown = named !== undefined && !(named.host === us.host && !isSignalable(named.pid));
      if (isKnown || attempt === TRIES_FOR_A_NAME) throw sessionInUse(shelf.id, named);
    }
    await call.race(place.sleep(PAUSE));
  }
}

function holderPath(shelf: Shelf): string {
  return join(shelf.path, 'holder.json');
}

function lost({ id }: Shelf, why: string): WakeyError {
  return new WakeyError('lease-lost', {
    what: `The lease of session "${id}" is lost: ${why}.`,
    hint: 'Stop this owner; take the lease anew to go on.',
    details: { session: id },
  });
}
