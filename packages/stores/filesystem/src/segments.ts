import type {
  AppendOptions,
  DropOptions,
  SegmentFacts,
  SegmentReadOptions,
  StoredSegment,
  StoreSegments,
} from '@wakey/core';
import { isNatural, syncDirectory, unlessAbsent } from '@wakey/host';
import { type AppendMemory, appendRecord } from './append-record.js';
import { type Call, checkAborted } from './call.js';
import { passFence } from './fence.js';
import type { HeldLeases } from './held-leases.js';
import { calling, checkFence, invalid, onShelf } from './on-shelf.js';
import {
  assertSegment,
  baseOf,
  bytesOfRecord,
  FOR_HEADERS,
  FOR_RECORDS,
  isAtHand,
  openSegments,
  type ReadAt,
  readerOf,
  recordFor,
  recordsIn,
  type SegmentRecord,
  segmentsPath,
} from './segment-file.js';
import { asidePath, generationsOn, numbersOn, type Shelf, writeWatermark } from './shelf.js';
import { changesLock, type StoreRoot } from './store-root.js';
import { damaged } from './trouble.js';
import { whileLocked } from './while-locked.js';

/** The segments of a store in a directory. */
export function segmentsIn(root: StoreRoot, held: HeldLeases): StoreSegments {
  const memory: AppendMemory = new Map();
  return {
    append: (id, bytes, options) =>
      onShelf(root, id, options, 'store-unwritable', 'add a segment to the backup of', async (shelf, call) => {
        checkFence(options.fence);
        checkSegment(bytes, options);
        // The caller may fill its buffer again while this call waits.
        const record = recordFor(bytes);
        await held.assertInPlace(id, options.fence);
        await append(root, shelf, record, options, memory, call);
      }),
    list: (id, generation, options = {}) =>
      onShelf(root, id, options, 'store-unreadable', 'list the segments of', (shelf) => list(shelf, generation)),
    read: (id, generation, options = {}) => read(root, id, generation, options),
    drop: (id, options) =>
      onShelf(root, id, options, 'store-unwritable', 'remove segments of', async (shelf, call) => {
        checkFence(options.fence);
        await held.assertInPlace(id, options.fence);
        await drop(root, shelf, options, call);
      }),
  };
}

async function append(
  root: StoreRoot,
  shelf: Shelf,
  record: Buffer,
  options: AppendOptions,
  memory: AppendMemory,
  call: Call,
): Promise<void> {
  if ((await unlessAbsent(root.disk.files.lstat(shelf.path))) === undefined) throw notNewest(shelf, options);
  await whileLocked(root.disk, changesLock(shelf), root.sleep, call, async () => {
    const watermark = await passFence(shelf, options.fence);
    const [newest] = await generationsOn(shelf);
    const base = newest === options.generation ? await baseOf(shelf, newest) : undefined;
    if (base === undefined) throw notNewest(shelf, options);
    await appendRecord(shelf, base, record, options, watermark, memory, call);
  });
}

async function list(shelf: Shelf, generation: number): Promise<readonly SegmentFacts[]> {
  const found = await opened(shelf, generation, FOR_HEADERS);
  if (found === undefined) return [];
  try {
    const facts: SegmentFacts[] = [];
    for await (const { number, size, sha256 } of found.records) facts.push({ number, size, sha256 });
    return facts;
  } finally {
    await found.handle.close();
  }
}

/** Reads one segment at a time. A timeout counts for each segment, because the caller decides how fast it takes them. */
async function* read(
  root: StoreRoot,
  id: string,
  generation: number,
  { from = 1, ...options }: SegmentReadOptions,
): AsyncGenerator<StoredSegment, void, undefined> {
  const verb = 'read the segments of';
  const found = await onShelf(root, id, options, 'store-unreadable', verb, (shelf) =>
    opened(shelf, generation, FOR_RECORDS),
  );
  if (found === undefined) return;
  const { handle, readAt, records, path } = found;
  const doing = `${verb} session "${id}"`;
  const next = async (): Promise<(SegmentRecord & { readonly bytes?: Buffer }) | undefined> => {
    const { value: record } = await records.next();
    if (record === undefined) return undefined;
    return record.number < from ? record : { ...record, bytes: await intact(readAt, record, path) };
  };
  try {
    for (let start = 0; ; ) {
      checkAborted(options.signal);
      // A call costs more than a small segment that was read ahead.
      const record = isAtHand(readAt, start)
        ? await next()
        : await calling(root, options, 'store-unreadable', doing, next);
      if (record === undefined) return;
      start = record.end;
      const { number, bytes } = record;
      if (bytes !== undefined) yield { number, bytes };
    }
  } finally {
    await handle.close();
  }
}

async function intact(readAt: ReadAt, record: SegmentRecord, path: string): Promise<Buffer> {
  const bytes = await bytesOfRecord(readAt, record);
  if (bytes === undefined) throw damaged(path, `the checksum of segment ${record.number} is wrong`);
  return bytes;
}

/** The segments that a generation has now, of which `ahead` bytes are read at once. The caller closes the file. */
async function opened(shelf: Shelf, generation: number, ahead: number) {
  const base = await baseOf(shelf, generation);
  const handle = base && (await openSegments(shelf, generation));
  if (handle === undefined || base === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const readAt = readerOf(handle, ahead);
    const path = segmentsPath(shelf, generation);
    return { handle, readAt, path, records: recordsIn(readAt, path, base, size) };
  } catch (error) {
    await handle.close().catch(() => undefined); // Report the error of the file, not an error of this close.
    throw error;
  }
}

/** A generation in quarantine keeps its segments. */
async function drop(root: StoreRoot, shelf: Shelf, { fence, generation }: DropOptions, call: Call): Promise<void> {
  if ((await unlessAbsent(root.disk.files.lstat(shelf.path))) === undefined) return;
  await whileLocked(root.disk, changesLock(shelf), root.sleep, call, async () => {
    const watermark = await passFence(shelf, fence);
    await writeWatermark(shelf, { fence, generation: watermark.generation });
    const going = (await numbersOn(shelf, /^([1-9]\d{0,14})\.segments$/)).filter((one) => one <= generation);
    for (const one of going.toReversed()) {
      const isAside = (await unlessAbsent(root.disk.files.lstat(asidePath(shelf, one)))) !== undefined;
      if (!isAside) await unlessAbsent(root.disk.files.unlink(segmentsPath(shelf, one)));
    }
    await syncDirectory(root.disk, shelf.path);
  });
}

/** Throws `invalid-argument`. */
function checkSegment(bytes: Uint8Array, { generation, number }: AppendOptions): void {
  if (!isNatural(generation) || !isNatural(number) || number === 0) {
    throw invalid('The place of a segment is the number of a generation, and a number from 1 on.');
  }
  assertSegment(bytes);
}

function notNewest({ id }: Shelf, { generation }: AppendOptions) {
  return invalid(`Backup ${generation} is not the newest backup of session "${id}", so it takes no segment.`);
}
