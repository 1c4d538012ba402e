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
import { readWatermark, type Shelf, writeWatermark } from './shelf.js';
import { changesLock, openShelf, type StoreRoot } from './store-root.js';
import { removeOrphans } from './tidy.js';
import { storeTrouble } from './trouble.js';
import { whileLocked } from './while-locked.js';

/**
 * Takes the lease of a session: a lock of the operating system on `bundles/lease`. The lease ends with the process of
 * its holder and never by age, so `renew` extends nothing: it checks that this process still has the lease.
 */
export async function takeLease(
  root: StoreRoot,
  id: string,
  holder: LeaseHolder,
  call: Call,
  held: HeldLeases,
): Promise<Lease> {
  const shelf = await openShelf(root, id);
  const lock = await takeOrRefuse(root, shelf, holder, call);
  try {
    // Write our name first: a process that is refused in the meantime reads it.
    await writeHolder(root.disk, holderPath(shelf), holder);
    const fence = await whileLocked(root.disk, changesLock(shelf), root.sleep, call, async () => {
      const { fence, generation } = await readWatermark(shelf);
      await writeWatermark(shelf, { fence: fence + 1, generation });
      // A run that writes no backup must not leave the half-written files of a killed run behind.
      await removeOrphans(root, shelf);
      return fence + 1;
    });
    held.add(shelf, fence, lock);
    return leaseOf(shelf, lock, fence, () => held.drop(shelf, fence));
  } catch (error) {
    // If the name file stays, a later message may show a wrong name. Report the first failure.
    await giveBack(shelf, lock).catch(() => undefined);
    throw error;
  }
}

function leaseOf(shelf: Shelf, lock: FileLock, fence: number, onRelease: () => void): Lease {
  let released: Promise<void> | undefined;
  const doing = `check or release the lease of session "${shelf.id}"`;
  return {
    fence,
    renew: (options = {}) =>
      asCall(options, async () => {
        if (released !== undefined) throw lost(shelf, 'this process gave it back');
        try {
          if ((await lock.look()).is !== 'current') throw lost(shelf, 'its lock file was replaced');
          if ((await readWatermark(shelf)).fence !== fence) throw lost(shelf, 'another holder has taken a newer lease');
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
 * How often to try the lock before the refusal. A holder that has just taken the lease has not written its name yet,
 * and the name file may still name a holder that was killed. So wait longer if the file names nobody, or a dead process
 * of this host.
 */
const TRIES = 8;
const TRIES_FOR_A_NAME = 80;
/** Between two tries, in ms. */
const PAUSE = 25;

async function takeOrRefuse(root: StoreRoot, shelf: Shelf, us: LeaseHolder, call: Call): Promise<FileLock> {
  for (let attempt = 1; ; attempt++) {
    call.check();
    const lock = await takeLock(root.disk, join(shelf.path, 'lease'));
    if (lock !== undefined) return lock;
    if (attempt >= TRIES) {
      const named = await readHolder(root.disk, holderPath(shelf));
      const isKnown = named !== undefined && !(named.host === us.host && !isSignalable(named.pid));
      if (isKnown || attempt === TRIES_FOR_A_NAME) throw sessionInUse(shelf.id, named);
    }
    await call.race(root.sleep(PAUSE));
  }
}

function holderPath(shelf: Shelf): string {
  return join(shelf.path, 'holder.json');
}

function lost({ id }: Shelf, why: string): WakeyError {
  return new WakeyError('lease-lost', {
    what: `The lease of session "${id}" is lost: ${why}.`,
    hint: 'Stop the session in this process; start it again to take a new lease.',
    details: { session: id },
  });
}
