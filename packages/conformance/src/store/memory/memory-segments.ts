import { MOST_SEGMENT, parseSessionId, type StoreSegments, WakeyError } from '@wakey/core';
import { asCall } from './call.js';
import { checkArguments, passFence, sumOf } from './kept-bundle.js';
import type { Kept, KeptSegment, MemoryPlace, Shelf } from './memory-place.js';

/** The segments of a store in memory. */
export function segmentsIn(place: MemoryPlace): StoreSegments {
  return {
    append: (id, bytes, { fence, generation, number, ...options }) =>
      asCall(options, async () => {
        parseSessionId(id);
        checkArguments(fence, {});
        checkSegment(bytes);
        const copy = Uint8Array.from(bytes);
        place.change(id, (shelf) => {
          passFence(id, shelf, fence);
          const newest = shelf.kept.at(-1);
          if (newest?.generation !== generation) throw invalid('The newest backup is another one.');
          if (number !== newest.segments.length + 1) throw invalid('The segment does not follow the last one.');
          const longer = { ...newest, segments: [...newest.segments, segmentOf(copy, number - 1)] };
          return [{ ...shelf, fence, kept: shelf.kept.with(-1, longer) }, undefined];
        });
      }),
    list: (id, generation, options = {}) =>
      asCall(options, async () =>
        segmentsOf(place, id, generation).map((one, at) => {
          if (one.number !== at + 1) throw damaged(id, at + 1);
          return { number: one.number, size: one.bytes.byteLength, sha256: one.sum };
        }),
      ),
    async *read(id, generation, { from = 1, ...options } = {}) {
      // An append that runs in the meantime adds a segment, and a removal takes all of them.
      for (let number = 1; ; number += 1) {
        const all = await asCall(options, async () => segmentsOf(place, id, generation));
        const one = all[number - 1];
        if (one === undefined) return;
        if (one.number !== number) throw damaged(id, number);
        if (number < from) continue;
        if (sumOf(one.bytes) !== one.sum) throw damaged(id, number);
        yield { number, bytes: Uint8Array.from(one.bytes) };
      }
    },
    drop: (id, { fence, generation, ...options }) =>
      asCall(options, async () => {
        parseSessionId(id);
        checkArguments(fence, {});
        place.change(id, (shelf) => {
          passFence(id, shelf, fence);
          const kept = shelf.kept.map((one) => (one.generation <= generation ? { ...one, segments: [] } : one));
          return [{ ...shelf, fence, kept }, undefined];
        });
      }),
  };
}

/** Throws `invalid-argument` for a segment that is too large. */
export function checkSegment(bytes: Uint8Array): void {
  if (bytes.byteLength > MOST_SEGMENT + 1_024) throw invalid('The segment is too large.');
}

/** A segment with these bytes, at this place from 0 on. */
export function segmentOf(bytes: Uint8Array, at: number): KeptSegment {
  return { number: at + 1, bytes, sum: sumOf(bytes) };
}

function segmentsOf(place: MemoryPlace, id: string, generation: number): readonly KeptSegment[] {
  const { kept, aside }: Shelf = place.look(parseSessionId(id));
  const all: readonly Kept[] = aside === undefined ? kept : [...kept, aside];
  return all.find((one) => one.generation === generation)?.segments ?? [];
}

function damaged(id: string, number: number): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Segment ${number} of a backup of session "${id}" is damaged or missing.`,
    hint: 'Nothing was deleted. The segments before it are intact.',
  });
}

function invalid(what: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint: 'Nothing was changed.' });
}
