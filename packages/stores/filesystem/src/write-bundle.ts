import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { WakeyError, type WriteOptions } from '@wakey/core';
import { type FileLock, syncDirectory, takeLock, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { passFence } from './fence.js';
import { changesLock, openShelf, type Place } from './place.js';
import { bundlePath, findDamage, type Label, labelPath, type Shelf, writeLabel } from './shelf.js';
import { prune, removeOrphans } from './tidy.js';
import { whileLocked } from './while-locked.js';

/**
 * Adds a generation. The bytes go to a file of their own, are flushed and read back; then, under the lock for changes, the
 * fence is asked, the file gets its name, and last the label is written. The label is what makes a generation exist.
 */
export async function writeBundle(
  place: Place,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  call: Call,
): Promise<number> {
  const shelf = await openShelf(place, id);
  const changing = <T>(run: () => Promise<T>) => whileLocked(place.disk, changesLock(shelf), place.sleep, call, run);
  const incoming = await changing(async () => {
    await passFence(shelf, options.fence);
    await removeOrphans(place, shelf);
    return openIncoming(shelf);
  });
  try {
    const received = await receive(incoming, bytes, call);
    return await changing(async () => {
      const { generation } = await passFence(shelf, options.fence);
      const label: Label = {
        version: 1,
        id,
        generation: generation + 1,
        ...received,
        fence: options.fence,
        metadata: options.metadata,
      };
      await commit(shelf, incoming, label, call);
      await prune(place, shelf, { written: label.generation, keep: options.keep ?? [] }, call);
      return label.generation;
    });
  } finally {
    await discard(shelf, incoming);
  }
}

/** A file being written. Its lock tells others that its writer lives. */
interface Incoming {
  readonly path: string;
  readonly lock: FileLock;
  isGone: boolean;
}

async function openIncoming(shelf: Shelf): Promise<Incoming> {
  for (let count = 1; ; count++) {
    const path = join(shelf.path, `incoming-${count}`);
    if ((await unlessAbsent(shelf.disk.files.lstat(path))) !== undefined) continue;
    const lock = await takeLock(shelf.disk, path);
    if (lock !== undefined) return { path, lock, isGone: false };
  }
}

async function receive({ lock }: Incoming, bytes: AsyncIterable<Uint8Array>, call: Call) {
  const hash = createHash('sha256');
  let size = 0;
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      call.check();
      const next = await call.race(source.next());
      if (next.done === true) break;
      hash.update(next.value);
      size += next.value.byteLength;
      await lock.handle.writeFile(next.value);
    }
  } catch (error) {
    // Not waited for: a source that hangs hangs here as well. What it says about its end does not matter any more.
    source.return?.().catch(() => undefined);
    throw error;
  }
  await lock.handle.sync();
  return { size, sha256: hash.digest('hex') };
}

/** After a failure the generation does not exist. */
async function commit(shelf: Shelf, incoming: Incoming, label: Label, call: Call): Promise<void> {
  const { disk, path } = shelf;
  const { files } = disk;
  const bundle = bundlePath(shelf, label.generation);
  try {
    // Some systems rename no open file; under the lock for changes nobody takes it for an orphan.
    incoming.isGone = true;
    await incoming.lock.release();
    await files.rename(incoming.path, bundle);
    await syncDirectory(disk, path);
    const damage = await findDamage(shelf, label, call);
    if (damage !== undefined) throw notKept(shelf, damage);
    await writeLabel(shelf, label);
  } catch (error) {
    // The label first. A disk that failed may refuse this as well; the first failure is the one to tell.
    for (const left of [labelPath(shelf, label.generation), bundle, incoming.path]) {
      await files.unlink(left).catch(() => undefined);
    }
    throw error;
  }
}

/** Removed before its lock is given back: afterwards its name may be somebody else's. */
async function discard({ disk: { files } }: Shelf, incoming: Incoming): Promise<void> {
  if (incoming.isGone) return;
  incoming.isGone = true;
  await files.unlink(incoming.path).catch(() => undefined); // The next write removes it otherwise.
  await incoming.lock.release().catch(() => undefined);
}

function notKept(shelf: Shelf, damage: string): WakeyError {
  return new WakeyError('store-unwritable', {
    what: `Store "filesystem" wrote session "${shelf.id}" and read something else back: ${damage}.`,
    hint: 'Check the disk; what was kept before is still there.',
    details: { path: shelf.path },
  });
}
