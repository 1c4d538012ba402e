import { Buffer } from 'node:buffer';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MOST_SEGMENT, type ProfileState, type ProfileStep, type WakeyError } from '@wakey/core';
import { isNatural, isObject, isTime, parsedJson } from '@wakey/host';
import { damagedSegment } from './bundle-trouble.js';
import { isStateChange, type StateChange, stateChange } from './state-change.js';
import { contentSizeOf } from './zstd-frame.js';

/** The facts of a segment beside its steps. */
export interface SegmentFacts {
  /** When the segment was made, in ms since 1970. */
  readonly at: number;
  /**
   * The number of the last segment after which the session was proved ready; 0: only the generation itself is proved.
   */
  readonly proved: number;
  /** The fence of the lease under which the segment was written. */
  readonly fence: number;
}

/** A segment that was read. */
export interface Segment extends SegmentFacts {
  readonly steps: readonly SegmentStep[];
}

/**
 * A step in a segment. A commit names how many changes the page has made, and the entries of the state that are others than at
 * the commit before: see `ProfileState`.
 */
export type SegmentStep = Exclude<ProfileStep, { readonly type: 'commit' | 'began-again' }> | SegmentCommit;

/** The end of a group in a segment. */
export interface SegmentCommit {
  readonly type: 'commit';
  readonly commits: number;
  /** How the entries of the state change; absent in a segment of an older Wakey. */
  readonly files?: StateChange;
}

/** The steps that segments can tell. */
export type TellableStep = Exclude<ProfileStep, { readonly type: 'began-again' }>;

/** A segment as bytes for a store. */
export interface PackedSegment {
  readonly bytes: Uint8Array;
  /** The state of the profile after this segment; absent if the segment ends inside a group. */
  readonly state?: ProfileState;
}

/** A segment is closed once its content, uncompressed, has this many bytes. With one step more it is below `MOST_SEGMENT`. */
const FULL = 2 * 1024 * 1024;

/**
 * Packs the steps from the state `from` on into segments: all of them into one segment if they fit, else each segment as late as
 * possible. Each segment is one frame of zstd with a checksum. Yields nothing for no steps.
 */
export async function* packSegments(
  steps: AsyncIterable<TellableStep>,
  from: ProfileState,
  facts: () => SegmentFacts,
): AsyncGenerator<PackedSegment> {
  const content = contentOf();
  let last = from;
  let state: ProfileState | undefined;
  const closed = (): PackedSegment => {
    const bytes = compressed(content.take());
    return { bytes, ...(state === undefined ? {} : { state }) };
  };
  for await (const step of steps) {
    if (content.size() >= FULL) yield closed();
    if (content.size() === 0) content.add(record({ ...facts(), format: 1 }));
    for (const part of recordOf(step, last)) content.add(part);
    state = step.type === 'commit' ? step.state : undefined;
    last = state ?? last;
  }
  if (content.size() > 0) yield closed();
}

/** The content of one segment after the other, in the same memory: so much memory would be freed too late. */
function contentOf() {
  let memory = Buffer.allocUnsafeSlow(64 * 1024);
  let size = 0;
  return {
    size: () => size,
    add(bytes: Uint8Array): void {
      if (size + bytes.length > memory.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * memory.length, size + bytes.length));
        memory.copy(larger, 0, 0, size);
        memory = larger;
      }
      memory.set(bytes, size);
      size += bytes.length;
    },
    /** The bytes added since the last call; valid until the next `add`. */
    take(): Uint8Array {
      const taken = memory.subarray(0, size);
      size = 0;
      return taken;
    },
  };
}

/** Reads a segment. Throws `bundle-damaged` for bytes that `packSegments` did not make. */
export function readSegment(bytes: Uint8Array): Segment {
  const [first, ...rest] = recordsIn(plain(bytes));
  if (first === undefined || first.head.format !== 1) throw damagedSegment('its format is unknown');
  const { at, proved, fence } = first.head;
  if (!isTime(at) || !isNatural(proved) || !isNatural(fence)) throw damagedSegment('its facts are missing');
  return { at, proved, fence, steps: rest.map(stepOf) };
}

interface Entry {
  readonly head: Readonly<Record<string, unknown>>;
  readonly payload: Uint8Array;
}

function recordOf(step: TellableStep, last: ProfileState): readonly Uint8Array[] {
  if (step.type === 'commit') {
    const { commits, files } = step.state;
    return [record({ type: 'commit', commits, files: stateChange(last.files, files) })];
  }
  if (step.type !== 'write') return [record(step)];
  const { type, path, at, bytes } = step;
  return [record({ type, path, at, bytes: bytes.length }), bytes];
}

/** A record: the length of its head as 4 bytes, the head as JSON, and then the bytes that the head announces. */
function record(head: object): Uint8Array {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

function compressed(content: Uint8Array): Uint8Array {
  return zstdCompressSync(content, {
    // The result fits into one piece, so that zstd need not put pieces together.
    chunkSize: content.length + (content.length >>> 7) + 1_024,
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

function plain(bytes: Uint8Array): Buffer {
  try {
    // Node decompresses into pieces of this size, and begins another piece once one is full. A piece with a byte more than the
    // content is the only one. If the frame does not say how large its content is, the piece is small, as most segments are.
    const size = contentSizeOf(bytes) ?? 2 * bytes.length;
    const chunkSize = Math.min(2 * MOST_SEGMENT, Math.max(64, size)) + 1;
    return zstdDecompressSync(bytes, { maxOutputLength: 2 * MOST_SEGMENT, chunkSize });
  } catch (error) {
    throw damagedSegment('zstd cannot read it', error);
  }
}

function recordsIn(content: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < content.length; ) {
    const start = at + 4;
    const end = start + (start <= content.length ? content.readUInt32BE(at) : Number.POSITIVE_INFINITY);
    const head = end <= content.length ? parsedJson(content.toString('utf8', start, end)) : undefined;
    if (!isObject(head)) throw damagedSegment('a record in it is cut off');
    const { bytes = 0 } = head;
    if (!isNatural(bytes) || end + bytes > content.length) throw damagedSegment('a record in it is cut off');
    entries.push({ head, payload: content.subarray(end, end + bytes) });
    at = end + bytes;
  }
  return entries;
}

function stepOf({ head, payload }: Entry): SegmentStep {
  const { type, path, at, size, commits, files } = head;
  if (type === 'commit' && isNatural(commits)) {
    return { type, commits, ...(isStateChange(files) ? { files } : {}) };
  }
  if (typeof path === 'string') {
    if (type === 'create' || type === 'remove') return { type, path };
    if (type === 'write' && isNatural(at)) return { type, path, at, bytes: payload };
    if (type === 'truncate' && isNatural(size)) return { type, path, size };
  }
  throw damagedSegment('it has a step that is not known');
}

/** A point in the segments of a generation at which the profile is whole. */
export interface SegmentPoint {
  /** The number of the last segment. */
  readonly number: number;
  /** When that segment was made, in ms since 1970. */
  readonly at: number;
  /** How many changes the page had made: see `ProfileState`. */
  readonly commits: number;
}

/** What the segments of a generation hold. */
export interface SegmentSurvey {
  /** The last point; absent if no group is whole. */
  readonly last?: SegmentPoint;
  /** The last point at which the session was proved ready; absent if that is the generation itself. */
  readonly proved?: SegmentPoint;
  /** Why later segments cannot be used; absent if all of them are whole. */
  readonly damage?: WakeyError | undefined;
}
