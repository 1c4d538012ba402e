import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { WakeyError, type WriteOptions } from '@wakey/core';
import { type FileLock, syncDirectory, takeLock, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { passFence } from './fence.js';
import { recordsOf, segmentsPath } from './segment-file.js';
import { bundlePath, findDamage, type Label, labelPath, type Shelf, writeLabel } from './shelf.js';
import { changesLock, openShelf, type StoreRoot } from './store-root.js';
import { prune, removeOrphans } from './tidy.js';
import { whileLocked } from './while-locked.js';

/**
 * Adds a generation. The bytes go to a file of their own, which is flushed. Then, under the lock for changes, the store
 * checks the fence, renames the file, reads its bytes back and writes the label last. A generation exists once it has a
 * label.
 */
export async function writeBundle(
  root: StoreRoot,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  call: Call,
): Promise<number> {
  const { fence, metadata, segments } = options;
  const shelf = await openShelf(root, id);
  const changing = <T>(run: () => Promise<T>) => whileLocked(root.disk, changesLock(shelf), root.sleep, call, run);
  const base = await changing(async () => {
    await passFence(shelf, fence);
    await removeOrphans(root, shelf);
    return openIncoming(shelf);
  });
  const parts = [base];
  try {
    const received = await receive(base, bytes, call);
    const written: Received[] = [{ ...received, incoming: base, pathOf: bundlePath }];
    if (segments !== undefined) {
      const more = await changing(() => openIncoming(shelf));
      parts.push(more);
      const records = recordsOf({ id, ...received }, fence, segments);
      written.push({ ...(await receive(more, records, call)), incoming: more, pathOf: segmentsPath });
    }
    return await changing(async () => {
      const generation = (await passFence(shelf, fence)).generation + 1;
      await commit(shelf, written, { version: 1, id, generation, ...received, fence, metadata }, call);
      await prune(root, shelf, { written: generation, keep: options.keep ?? [] }, call);
      return generation;
    });
  } finally {
    for (const one of parts) await discard(shelf, one);
  }
}

/** The file that a write is filling. Its lock shows other processes that the writer is alive. */
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
    // Do not wait for `return`: a source that hangs would hang here too. Ignore its error, because the write has failed
    // already.
    source.return?.().catch(() => undefined);
    throw error;
  }
  await lock.handle.sync();
  return { size, sha256: hash.digest('hex') };
}

/** A file that a write has filled and flushed, and the name that it gets in the new generation. */
interface Received {
  readonly incoming: Incoming;
  readonly pathOf: (shelf: Shelf, generation: number) => string;
  readonly size: number;
  readonly sha256: string;
}

/** Makes the written files the new generation. After a failure the generation does not exist. */
async function commit(shelf: Shelf, written: readonly Received[], label: Label, call: Call): Promise<void> {
  const { disk, path } = shelf;
  const { files } = disk;
  const { generation } = label;
  try {
    // Segments without a label, of a write that a crash interrupted: this generation must not take them over.
    await unlessAbsent(files.unlink(segmentsPath(shelf, generation)));
    for (const { incoming, pathOf } of written) {
      // Some systems cannot rename an open file, so release its lock first. No other process removes the file now: the
      // caller holds the lock for changes.
      incoming.isGone = true;
      await incoming.lock.release();
      await files.rename(incoming.path, pathOf(shelf, generation));
    }
    await syncDirectory(disk, path);
    for (const { pathOf, size, sha256 } of written) {
      const damage = await findDamage(shelf, { generation, size, sha256 }, call, pathOf(shelf, generation));
      if (damage !== undefined) throw notKept(shelf, damage);
    }
    await writeLabel(shelf, label);
  } catch (error) {
    // Remove the label first. A disk that failed may refuse this too; report the first failure.
    const left = written.flatMap(({ pathOf, incoming }) =>
      incoming.isGone ? [pathOf(shelf, generation), incoming.path] : [],
    );
    for (const one of [labelPath(shelf, generation), ...left]) await files.unlink(one).catch(() => undefined);
    throw error;
  }
}

/** Removes the unfinished file before it releases its lock: after that, another writer may use the same name. */
async function discard({ disk: { files } }: Shelf, incoming: Incoming): Promise<void> {
  if (incoming.isGone) return;
  incoming.isGone = true;
  await files.unlink(incoming.path).catch(() => undefined); // If this fails, the next write removes the file.
  await incoming.lock.release().catch(() => undefined);
}

function notKept(shelf: Shelf, damage: string): WakeyError {
  return new WakeyError('store-unwritable', {
    what: `Store "filesystem" wrote a backup of session "${shelf.id}" and read different bytes back: ${damage}.`,
    hint: 'Earlier backups are unchanged. Check the disk.',
    details: { path: shelf.path },
  });
}
