import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertMetadata,
  isSessionId,
  onceEach,
  type SessionStore,
  type StoreQuarantine,
  type WakeyError,
} from '@wakey/core';
import { boundedFiles, isNatural, realFiles, syncDirectory, thisPlatform, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { passFence } from './fence.js';
import { type HeldLeases, heldLeases } from './held-leases.js';
import { takeLease } from './lease.js';
import { calling, checkFence, invalid, onShelf } from './on-shelf.js';
import { clearAside, lookAside, putAside, readAside } from './quarantine.js';
import { readBundle } from './read-bundle.js';
import { segmentsIn } from './segments.js';
import { generationsOn, type Shelf, writeWatermark } from './shelf.js';
import { changesLock, type StoreRoot, shelfOf } from './store-root.js';
import { removeGeneration } from './tidy.js';
import { whileLocked } from './while-locked.js';
import { writeBundle } from './write-bundle.js';

/** Options of `filesystemStore`. */
export interface FilesystemStoreOptions {
  /**
   * The directory with `<id>/bundles/` for each session. It may be the sessions directory itself. The store creates a
   * missing one with mode 0700.
   */
  readonly directory: string;
  /**
   * Receives faults that do not fail the call: each damaged generation that a read skipped, once; an old generation
   * that the store could not remove. @default the store drops warnings
   */
  readonly warn?: (warning: WakeyError) => void;
}

/**
 * Stores backups in a local directory: `<id>/bundles/<generation>.bundle`, with the checksum in `<generation>.json`
 * and the segments in `<generation>.segments`.
 *
 * Every promise of SessionStore holds also when the process, or the machine, dies at any point. The store keeps the two
 * newest good generations, and those that `keep` of a write names. `read` returns the newest generation whose checksum
 * is right and skips damaged ones; it throws when the disk reports an error. A lease is a lock of the operating system,
 * which ends with its process: it works on one machine and for containers that share a volume of that machine, not on
 * network file systems without locks. No call has a default timeout; a call throws when the file system does not answer
 * for 20 s, as it does when the disk reports an error.
 *
 * On a disk that does not tell upper from lower case, two ids that differ only in case have the same directory. The
 * store refuses the second id with `store-unreadable` and never returns the bytes of the other session.
 */
export function filesystemStore(options: FilesystemStoreOptions): SessionStore {
  const { directory, warn = () => undefined } = options;
  // A relative path is resolved once, here: a later change of the working directory must not change the path.
  return storeIn({ directory: resolve(directory), warn, disk: { files: realFiles, platform: thisPlatform }, sleep });
}

/** The store in a `StoreRoot`: the directory, the disk and the clock that it works with. Tests pass their own. */
export function storeIn(given: StoreRoot): SessionStore {
  // A damaged file stays damaged, and every call finds it again: warn of it once.
  const warnOfDamage = onceEach(given.warn);
  const root: StoreRoot = {
    ...given,
    disk: { ...given.disk, files: boundedFiles(given.disk.files, given.answerWithin) },
    warn: (warning) => (warning.code === 'store-unreadable' ? warnOfDamage : given.warn)(warning),
  };
  const held = heldLeases();
  return {
    name: 'filesystem',
    list: (options = {}) => calling(root, options, 'store-unreadable', 'list the sessions', () => list(root)),
    read: (id, options = {}) =>
      onShelf(root, id, options, 'store-unreadable', 'read', (shelf, call) =>
        readBundle(shelf, options.before ?? Number.POSITIVE_INFINITY, call, root.warn),
      ),
    write: (id, bytes, options) =>
      onShelf(root, id, options, 'store-unwritable', 'write', async (_, call) => {
        checkFence(options.fence);
        assertMetadata(options.metadata);
        await held.assertInPlace(id, options.fence);
        return writeBundle(root, id, bytes, options, call);
      }),
    remove: (id, options) =>
      onShelf(root, id, options, 'store-unwritable', 'remove', async (shelf, call) => {
        checkFence(options.fence);
        await held.assertInPlace(id, options.fence);
        return remove(root, shelf, options.fence, call);
      }),
    lease: (id, holder, options = {}) =>
      onShelf(root, id, options, 'store-unwritable', 'lease', (_, call) => takeLease(root, id, holder, call, held)),
    quarantine: quarantineIn(root, held),
    segments: segmentsIn(root, held),
  };
}

function quarantineIn(root: StoreRoot, held: HeldLeases): StoreQuarantine {
  return {
    put: (id, options) =>
      onShelf(root, id, options, 'store-unwritable', 'quarantine a backup of', async (shelf, call) => {
        checkFence(options.fence);
        if (!isNatural(options.until)) throw invalid('The time of a quarantine is a whole number of ms since 1970.');
        await held.assertInPlace(id, options.fence);
        if ((await unlessAbsent(root.disk.files.lstat(shelf.path))) === undefined) return undefined;
        return putAside(root, shelf, options, call);
      }),
    look: (id, options = {}) =>
      onShelf(root, id, options, 'store-unreadable', 'read the quarantine of', (shelf) => lookAside(shelf)),
    read: (id, options = {}) => onShelf(root, id, options, 'store-unreadable', 'read the quarantine of', readAside),
    clear: (id, options) =>
      onShelf(root, id, options, 'store-unwritable', 'clear the quarantine of', async (shelf, call) => {
        checkFence(options.fence);
        await held.assertInPlace(id, options.fence);
        return clearAside(root, shelf, options, call);
      }),
  };
}

async function list(root: StoreRoot): Promise<readonly string[]> {
  const entries = (await unlessAbsent(root.disk.files.readdir(root.directory, { withFileTypes: true }))) ?? [];
  const ids = entries.filter((entry) => entry.isDirectory() && isSessionId(entry.name)).map(({ name }) => name);
  const counts = await Promise.all(ids.map(async (id) => (await generationsOn(shelfOf(root, id))).length));
  return ids.filter((_, at) => counts[at] !== 0);
}

/**
 * Removes all generations of a session, the oldest first, so that a crash leaves the newest. The watermark stays for
 * ever, so that a former holder of the lease cannot write again.
 */
async function remove(root: StoreRoot, shelf: Shelf, fence: number, call: Call): Promise<void> {
  if ((await unlessAbsent(root.disk.files.lstat(shelf.path))) === undefined) return;
  await whileLocked(root.disk, changesLock(shelf), root.sleep, call, async () => {
    const { generation } = await passFence(shelf, fence);
    await writeWatermark(shelf, { fence, generation });
    for (const one of (await generationsOn(shelf)).toReversed()) await removeGeneration(shelf, one);
    await syncDirectory(root.disk, shelf.path);
  });
}
