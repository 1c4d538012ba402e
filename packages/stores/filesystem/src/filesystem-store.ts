import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertMetadata,
  type CallOptions,
  type ErrorCode,
  isSessionId,
  onceEach,
  parseSessionId,
  type SessionStore,
  type StoreQuarantine,
  WakeyError,
} from '@wakey/core';
import { boundedFiles, isNatural, realFiles, syncDirectory, thisPlatform, unlessAbsent } from '@wakey/host';
import { asCall, type Call } from './call.js';
import { passFence } from './fence.js';
import { type HeldLeases, heldLeases } from './held-leases.js';
import { takeLease } from './lease.js';
import { changesLock, type Place, shelfOf } from './place.js';
import { clearAside, lookAside, putAside, readAside } from './quarantine.js';
import { readBundle } from './read-bundle.js';
import { generationsOn, type Shelf, writeWatermark } from './shelf.js';
import { removeGeneration } from './tidy.js';
import { storeTrouble } from './trouble.js';
import { whileLocked } from './while-locked.js';
import { writeBundle } from './write-bundle.js';

/** Where sessions are kept. */
export interface FilesystemStoreOptions {
  /** Holds `<id>/bundles/` for each session; may be the sessions directory itself. Made, mode 0700, where it is missing. */
  readonly directory: string;
  /**
   * Receives faults that do not fail the call: each damaged generation that was skipped, once; an old generation that could
   * not be removed. @default no warning is passed on
   */
  readonly warn?: (warning: WakeyError) => void;
}

/**
 * Keeps sessions in a local directory: `<id>/bundles/<generation>.bundle` with its checksum in `<generation>.json`.
 *
 * Every promise of SessionStore holds also when the process, or the machine, dies at any point. The two
 * newest good generations stay, and those that a write is told to keep. `read` gives the newest whose checksum is right, passing over damaged ones; when the disk refuses to tell, it
 * throws. A lease is a lock of the operating system, which dies with its process: good for one machine and for containers
 * that share a volume of it, not for network file systems without locks. No call has a default timeout;
 * one whose file system does not answer for 20 s throws, as one that a disk refuses does.
 *
 * On a disk that does not tell upper from lower case, two ids that differ in nothing else are the same place: the second
 * one is refused with `store-unreadable`, never given the other's bytes.
 */
export function filesystemStore(options: FilesystemStoreOptions): SessionStore {
  const { directory, warn = () => undefined } = options;
  // Once, here: a later change of the working directory must not lead elsewhere.
  return storeIn({ directory: resolve(directory), warn, disk: { files: realFiles, platform: thisPlatform }, sleep });
}

/** A store over a place; tests bring their own. */
export function storeIn(given: Place): SessionStore {
  // A damaged file stays damaged, and every call finds it again.
  const warnOfDamage = onceEach(given.warn);
  const place: Place = {
    ...given,
    disk: { ...given.disk, files: boundedFiles(given.disk.files, given.answerWithin) },
    warn: (warning) => (warning.code === 'store-unreadable' ? warnOfDamage : given.warn)(warning),
  };
  const held = heldLeases();
  return {
    name: 'filesystem',
    list: (options = {}) => calling(place, options, 'store-unreadable', 'list the sessions', () => list(place)),
    read: (id, options = {}) =>
      onShelf(place, id, options, 'store-unreadable', 'read', (shelf, call) =>
        readBundle(shelf, options.before ?? Number.POSITIVE_INFINITY, call, place.warn),
      ),
    write: (id, bytes, options) =>
      onShelf(place, id, options, 'store-unwritable', 'write', async (_, call) => {
        checkFence(options.fence);
        assertMetadata(options.metadata);
        await held.assertInPlace(id, options.fence);
        return writeBundle(place, id, bytes, options, call);
      }),
    remove: (id, options) =>
      onShelf(place, id, options, 'store-unwritable', 'remove', async (shelf, call) => {
        checkFence(options.fence);
        await held.assertInPlace(id, options.fence);
        return remove(place, shelf, options.fence, call);
      }),
    lease: (id, holder, options = {}) =>
      onShelf(place, id, options, 'store-unwritable', 'lease', (_, call) => takeLease(place, id, holder, call, held)),
    quarantine: quarantineIn(place, held),
  };
}

function quarantineIn(place: Place, held: HeldLeases): StoreQuarantine {
  return {
    put: (id, options) =>
      onShelf(place, id, options, 'store-unwritable', 'put aside a backup of', async (shelf, call) => {
        checkFence(options.fence);
        if (!isNatural(options.until)) throw invalid('The time of a quarantine is a whole number of ms since 1970.');
        await held.assertInPlace(id, options.fence);
        if ((await unlessAbsent(place.disk.files.lstat(shelf.path))) === undefined) return undefined;
        return putAside(place, shelf, options, call);
      }),
    look: (id, options = {}) =>
      onShelf(place, id, options, 'store-unreadable', 'read the quarantine of', (shelf) => lookAside(shelf)),
    read: (id, options = {}) => onShelf(place, id, options, 'store-unreadable', 'read the quarantine of', readAside),
    clear: (id, options) =>
      onShelf(place, id, options, 'store-unwritable', 'clear the quarantine of', async (shelf, call) => {
        checkFence(options.fence);
        await held.assertInPlace(id, options.fence);
        return clearAside(place, shelf, options, call);
      }),
  };
}

async function list(place: Place): Promise<readonly string[]> {
  const entries = (await unlessAbsent(place.disk.files.readdir(place.directory, { withFileTypes: true }))) ?? [];
  const ids = entries.filter((entry) => entry.isDirectory() && isSessionId(entry.name)).map(({ name }) => name);
  const counts = await Promise.all(ids.map(async (id) => (await generationsOn(shelfOf(place, id))).length));
  return ids.filter((_, at) => counts[at] !== 0);
}

/** The oldest first, so that a crash leaves the newest, and the fence for ever, so that no owner of old comes back. */
async function remove(place: Place, shelf: Shelf, fence: number, call: Call): Promise<void> {
  if ((await unlessAbsent(place.disk.files.lstat(shelf.path))) === undefined) return;
  await whileLocked(place.disk, changesLock(shelf), place.sleep, call, async () => {
    const { generation } = await passFence(shelf, fence);
    await writeWatermark(shelf, { fence, generation });
    for (const one of (await generationsOn(shelf)).toReversed()) await removeGeneration(shelf, one);
    await syncDirectory(place.disk, shelf.path);
  });
}

function onShelf<T>(
  place: Place,
  id: string,
  options: CallOptions,
  code: ErrorCode,
  verb: string,
  run: (shelf: Shelf, call: Call) => Promise<T>,
): Promise<T> {
  const doing = `${verb} session ${JSON.stringify(id)}`;
  return calling(place, options, code, doing, (call) => run(shelfOf(place, parseSessionId(id)), call));
}

async function calling<T>(
  place: Place,
  options: CallOptions,
  code: ErrorCode,
  doing: string,
  run: (call: Call) => Promise<T>,
): Promise<T> {
  try {
    return await asCall(options, run);
  } catch (error) {
    throw storeTrouble(code, doing, place.directory, error);
  }
}

function checkFence(fence: number): void {
  if (!isNatural(fence)) throw invalid('A fence is a whole number, 0 or greater.');
}

function invalid(what: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint: 'Nothing was changed.' });
}
