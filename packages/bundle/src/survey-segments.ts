import { hash } from 'node:crypto';
import { isWakeyError, type StoredSegment } from '@wakey/core';
import { damagedSegment } from './bundle-trouble.js';
import { readSegment, type SegmentPoint, type SegmentStep, type SegmentSurvey } from './segment.js';

/** Options of `surveySegments`. */
export interface SurveyOptions {
  /**
   * How many bytes of steps to keep in memory. The segments that do not fit are read from the store again when they are
   * applied. @default 32 MiB
   */
  readonly memory?: number;
}

/** Reads the segments of a generation from the segment with the number `from` on. */
export type ReadSegments = (from: number) => AsyncIterable<StoredSegment>;

/** A segment that was read, with its number. */
export interface NumberedSegment {
  readonly number: number;
  readonly steps: readonly SegmentStep[];
}

/** What the segments of a generation hold, with the segments. */
export interface SurveyedSegments extends SegmentSurvey {
  /** The SHA-256 of the bytes of the segment `last`, in lower-case hexadecimal; absent without it. */
  readonly lastSum?: string;
  /**
   * The segments that the survey read, in their order: the first ones from memory, the others read again, one at a time. May
   * be called several times. The iteration throws `bundle-damaged` if the store has another segment now than at the survey,
   * and the errors of the store.
   */
  readonly segments: () => AsyncIterable<NumberedSegment>;
}

/**
 * Reads the segments of a generation to their end, or to the first damaged one, and returns at which points the profile is
 * whole. Holds one segment in memory besides those that it keeps. Throws every error of the store but `store-unreadable`,
 * which is a damaged segment.
 */
export async function surveySegments(
  read: ReadSegments,
  { memory = 32 * 1024 * 1024 }: SurveyOptions = {},
): Promise<SurveyedSegments> {
  const points = new Map<number, SegmentPoint>();
  const kept = keptSegments(read, memory);
  let provedNumber = 0;
  let isInGroup = false;
  let lastBytes: Uint8Array | undefined;
  const survey = (): SurveyedSegments => {
    const all = [...points.values()];
    const last = all.at(-1);
    const proved = all.findLast(({ number }) => number <= provedNumber);
    const { segments } = kept;
    const lastSum = lastBytes && hash('sha256', lastBytes);
    return {
      segments,
      ...(last === undefined ? {} : { last }),
      ...(lastSum === undefined ? {} : { lastSum }),
      ...(proved === undefined ? {} : { proved }),
    };
  };
  try {
    for await (const { number, bytes } of read(1)) {
      const { at, proved, steps } = readSegment(bytes);
      kept.add({ number, steps }, bytes);
      provedNumber = Math.max(provedNumber, proved);
      const end = steps.at(-1);
      isInGroup = end?.type !== 'commit';
      if (end?.type !== 'commit') continue;
      points.set(number, { number, at, commits: end.commits });
      lastBytes = bytes;
    }
  } catch (error) {
    if (!isWakeyError(error, 'store-unreadable') && !isWakeyError(error, 'bundle-damaged')) throw error;
    return { ...survey(), damage: error };
  }
  return isInGroup ? { ...survey(), damage: damagedSegment('its group has no end') } : survey();
}

/** The segments of a survey: the steps of the first ones while they fit into `memory` bytes, the checksums of the others. */
function keptSegments(read: ReadSegments, memory: number) {
  const inMemory: NumberedSegment[] = [];
  const checksums: string[] = [];
  let free = memory;

  return {
    add(segment: NumberedSegment, bytes: Uint8Array): void {
      // Once a segment does not fit, no later one is kept: the store is then read from one number on.
      free = checksums.length > 0 ? 0 : free - sizeOf(segment);
      if (free > 0) inMemory.push(segment);
      else checksums.push(hash('sha256', bytes));
    },
    async *segments(): AsyncGenerator<NumberedSegment, void, undefined> {
      yield* inMemory;
      if (checksums.length > 0) yield* readAgain(read, inMemory.length + 1, checksums);
    },
  };
}

async function* readAgain(
  read: ReadSegments,
  from: number,
  checksums: readonly string[],
): AsyncGenerator<NumberedSegment, void, undefined> {
  let at = 0;
  for await (const { number, bytes } of read(from)) {
    if (at === checksums.length) return;
    if (number !== from + at || hash('sha256', bytes) !== checksums[at])
      throw damagedSegment('it changed while it was used');
    at += 1;
    yield { number, steps: readSegment(bytes).steps };
  }
  if (at < checksums.length) throw damagedSegment('it disappeared while it was used');
}

/** About how many bytes of memory the steps of a segment take. */
function sizeOf({ steps }: NumberedSegment): number {
  let size = 0;
  for (const step of steps) size += STEP_OVERHEAD + (step.type === 'write' ? step.bytes.length : 0);
  return size;
}

/** The memory of a step without its bytes: the object, its path, and the view of its bytes. */
const STEP_OVERHEAD = 512;
