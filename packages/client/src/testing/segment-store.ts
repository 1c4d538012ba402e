import { type SessionStore, WakeyError } from '@wakey/core';

/** A store in memory that keeps segments, with the faults that a test causes. */
export interface SegmentStore {
  readonly store: SessionStore;
  /** The segments of each generation, by its number. */
  readonly kept: Map<number, { bytes: Uint8Array; metadata: Readonly<Record<string, string>>; segments: Uint8Array[] }>;
  /** The error of every append from now on. */
  refusal: WakeyError | undefined;
  /** Called while an append is under way, before the segment is there. */
  onAppend: () => Promise<void>;
}

/** Creates the store. */
export function segmentStore(): SegmentStore {
  const kept: SegmentStore['kept'] = new Map();
  const newest = (before = Number.POSITIVE_INFINITY) => Math.max(...[...kept.keys()].filter((one) => one < before));
  const made: SegmentStore = {
    kept,
    refusal: undefined,
    onAppend: async () => undefined,
    store: {
      name: 'memory',
      list: async () => [],
      async read(_, options) {
        const generation = newest(options?.before);
        const found = kept.get(generation);
        return found && { generation, metadata: found.metadata, bytes: each([found.bytes]) };
      },
      async write(_, bytes, { metadata, segments }) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
        const since: Uint8Array[] = [];
        for await (const segment of segments ?? []) since.push(segment);
        const generation = Math.max(0, newest()) + 1;
        kept.set(generation, { bytes: Buffer.concat(chunks), metadata, segments: since });
        return generation;
      },
      remove: async () => kept.clear(),
      lease: async () => ({ fence: 1, renew: async () => undefined, release: async () => undefined }),
      segments: {
        async append(_, bytes, { generation, number }) {
          await made.onAppend();
          if (made.refusal !== undefined) throw made.refusal;
          const segments = kept.get(generation)?.segments;
          if (generation !== newest() || number !== (segments?.length ?? 0) + 1) throw outOfPlace(number);
          segments?.push(bytes);
        },
        list: async (_, generation) =>
          (kept.get(generation)?.segments ?? []).map(({ length: size }, at) => ({ number: at + 1, size, sha256: '' })),
        async *read(_, generation, { from = 1 } = {}) {
          for (const [at, bytes] of (kept.get(generation)?.segments ?? []).entries())
            if (at + 1 >= from) yield { number: at + 1, bytes };
        },
        drop: async () => undefined,
      },
    },
  };
  return made;
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

function outOfPlace(number: number): WakeyError {
  return new WakeyError('invalid-argument', { what: `Segment ${number} is out of place.`, hint: 'None.' });
}
