import { constants } from 'node:fs';
import type { AppendOptions } from '@wakey/core';
import { type FileHandle, openPrivately, syncDirectory, unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { invalid } from './on-shelf.js';
import {
  type Base,
  bytesOfRecord,
  FOR_HEADERS,
  readerOf,
  recordsIn,
  type SegmentRecord,
  sealRecord,
  segmentsPath,
} from './segment-file.js';
import { type Shelf, type Watermark, writeWatermark } from './shelf.js';

/** What one store object remembers of its last append to each session, by the session id. */
export type AppendMemory = Map<string, LastAppend>;

interface LastAppend {
  readonly generation: number;
  readonly number: number;
  /** Absent: the append failed, and a whole record may be there all the same. */
  readonly file?: FileState;
}

/** Equal as long as nobody has changed the file. */
interface FileState {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/**
 * Seals a record of `recordFor` and adds it to the file with the segments of a generation, durably. First cuts off what a crash, a full disk or a failed
 * append left behind the last whole record, so that this never blocks the next append. After a failure the file ends where it
 * ended before. The caller holds the lock for changes.
 */
export async function appendRecord(
  shelf: Shelf,
  base: Base,
  record: Buffer,
  options: AppendOptions,
  watermark: Watermark,
  memory: AppendMemory,
  call: Call,
): Promise<void> {
  const { generation, number, fence } = options;
  const path = segmentsPath(shelf, generation);
  // Only the first segment creates the file: a refused append must not leave one.
  const flags = constants.O_RDWR | constants.O_APPEND | (number === 1 ? constants.O_CREAT : 0);
  const handle = await unlessAbsent(openPrivately(shelf.disk, path, flags));
  if (handle === undefined) throw doesNotFollow(options, 0);
  try {
    const known = memory.get(shelf.id);
    const before = await handle.stat({ bigint: true });
    const isKnown = known?.generation === generation && isSame(known.file, before);
    const last = isKnown ? known.number : undefined;
    const end = last === number - 1 ? Number(before.size) : await endBefore(handle, path, base, options, known);
    if (fence > watermark.fence) await writeWatermark(shelf, { fence, generation: watermark.generation });
    memory.set(shelf.id, { generation, number });
    if (Number(before.size) > end) await handle.truncate(end);
    try {
      sealRecord(record, base, number, fence);
      await handle.writeFile(record);
      await handle.datasync();
      // The process that created the file may have died before it flushed the name.
      if (!isKnown) await syncDirectory(shelf.disk, shelf.path);
      const file = await handle.stat({ bigint: true });
      call.check();
      memory.set(shelf.id, { generation, number, file });
    } catch (error) {
      // If this fails too, the next append cuts the rest off.
      await handle.truncate(end).catch(() => undefined);
      throw error;
    }
  } finally {
    await handle.close().catch(() => undefined); // The bytes are durable, or the append has failed already.
  }
}

/**
 * Where the last whole record before segment `number` ends. Throws `invalid-argument` if that record is not segment
 * `number - 1`. A record of segment `number` itself counts as absent if this store has failed to append it.
 */
async function endBefore(
  handle: FileHandle,
  path: string,
  base: Base,
  options: AppendOptions,
  known: LastAppend | undefined,
): Promise<number> {
  const { size } = await handle.stat();
  let last: SegmentRecord | undefined;
  const readAt = readerOf(handle, FOR_HEADERS);
  for await (const record of recordsIn(readAt, path, base, size)) last = record;
  if (last === undefined && options.number === 1) return 0;
  // A power cut may leave the size of a record without all its bytes: it was never acknowledged.
  const isWhole = last !== undefined && (await bytesOfRecord(readAt, last)) !== undefined;
  const isDoubtful =
    known?.generation === options.generation && known.file === undefined && known.number === last?.number;
  if (last !== undefined && isWhole && options.number === last.number + 1) return last.end;
  if (last !== undefined && (isDoubtful || !isWhole) && options.number === last.number) return last.start;
  throw doesNotFollow(options, (last?.number ?? 0) - (last !== undefined && !isWhole ? 1 : 0));
}

function isSame(known: FileState | undefined, now: FileState): boolean {
  return known?.ino === now.ino && known.size === now.size && known.mtimeNs === now.mtimeNs;
}

function doesNotFollow({ generation, number }: AppendOptions, last: number) {
  return invalid(`Segment ${number} does not follow the last segment of backup ${generation}, which is ${last}.`);
}
