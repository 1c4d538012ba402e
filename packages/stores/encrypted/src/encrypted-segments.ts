import {
  type AppendOptions,
  type CallOptions,
  MOST_SEGMENT,
  type SegmentReadOptions,
  type StoredSegment,
  type StoreSegments,
  WakeyError,
} from '@wakey/core';
import { findGeneration } from './find-generation.js';
import { isSealed } from './label.js';
import { opened } from './opened.js';
import { beginsWithAge } from './peek.js';
import { openSegment, SEALING, type SegmentKey, sealSegment, sumOf } from './sealed-segment.js';
import type { KnownKey, LastSegment, Vault } from './vault.js';

/**
 * The segments of an encrypted store. An age file for each segment would cost a second with a passphrase, so each generation has
 * a random key of its own in its sealed label, and its segments are sealed with that. `list` and `drop` need no key.
 */
export function segmentsOf(vault: Vault, inner: StoreSegments): StoreSegments {
  return {
    append: (id, bytes, options) => append(vault, inner, id, bytes, options),
    list: (id, generation, call) => inner.list(id, generation, call),
    read: (id, generation, options = {}) => read(vault, inner, id, generation, options),
    drop: (id, options) => inner.drop(id, options),
  };
}

/** The segments that are written together with their generation, sealed. `last` is the last of them so far. */
export function sealedSegments(
  id: string,
  segments: AsyncIterable<Uint8Array>,
  key: SegmentKey,
  fence: number,
): { readonly bytes: AsyncIterable<Uint8Array>; last(): LastSegment | undefined } {
  let last: LastSegment | undefined;
  // Not a generator: a generator that waits for its source does not end before the source answers.
  const iterate = (): AsyncIterator<Uint8Array> => {
    const source = segments[Symbol.asyncIterator]();
    return {
      async next() {
        const next = await source.next();
        if (next.done === true) return next;
        checkSegment(next.value);
        const number = (last?.number ?? 0) + 1;
        const sealed = sealSegment(next.value, key, { id, number, previous: last?.sum ?? '' });
        last = { fence, number, sum: sumOf(sealed) };
        return { done: false, value: sealed };
      },
      return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    };
  };
  return { bytes: { [Symbol.asyncIterator]: iterate }, last: () => last };
}

async function append(
  vault: Vault,
  inner: StoreSegments,
  id: string,
  bytes: Uint8Array,
  options: AppendOptions,
): Promise<void> {
  const { generation, number, fence, ...call } = options;
  checkSegment(bytes);
  if (!isFromOne(number) || !isFromOne(generation + 1)) {
    throw invalid('The place of a segment is the number of a generation, and a number from 1 on.', NOTHING_CHANGED);
  }
  // The caller may fill its buffer again while this call waits.
  const copy = Uint8Array.from(bytes);
  const known = await keyOf(vault, id, generation, call);
  if (known === undefined) throw invalid(`Session "${id}" has no backup ${generation}.`, NOTHING_CHANGED);
  if (typeof known === 'string') throw takesNone(id, generation);
  const previous = await sumBefore(inner, id, options, known);
  const sealed = sealSegment(copy, known.key, { id, number, previous });
  await inner.append(id, sealed, options);
  known.last = { fence, number, sum: sumOf(sealed) };
}

/** The SHA-256 of the sealed segment before `number`. The store refuses the append if there is no such segment. */
async function sumBefore(
  inner: StoreSegments,
  id: string,
  { generation, number, fence, ...call }: AppendOptions,
  { last }: KnownKey,
): Promise<string> {
  if (number === 1) return '';
  // Another holder of the lease may have replaced the segments in the meantime.
  if (last?.number === number - 1 && last.fence === fence) return last.sum;
  const facts = await inner.list(id, generation, call);
  return facts[number - 2]?.sha256 ?? '';
}

async function* read(
  vault: Vault,
  inner: StoreSegments,
  id: string,
  generation: number,
  options: SegmentReadOptions,
): AsyncGenerator<StoredSegment, void, undefined> {
  const { from = 1, ...call } = options;
  const known = await keyOf(vault, id, generation, call);
  if (known === undefined || known === 'without segments') return;
  if (known === 'not encrypted') return yield* inner.read(id, generation, options);
  let previous = '';
  if (from > 1) previous = (await inner.list(id, generation, call))[from - 2]?.sha256 ?? '';
  let number = from;
  for await (const { bytes: sealed } of inner.read(id, generation, options)) {
    const bytes = openSegment(sealed, known.key, { id, number, previous });
    if (bytes === undefined) throw outOfPlace(id, generation, number);
    previous = sumOf(sealed);
    yield { number, bytes };
    number += 1;
  }
}

/**
 * The key of the segments of a generation. A generation of an older Wakey has none, and an age file that somebody put there by
 * hand neither; a generation from before encryption has segments that are not encrypted. `undefined` if it does not exist.
 */
async function keyOf(
  vault: Vault,
  id: string,
  generation: number,
  call: CallOptions,
): Promise<KnownKey | 'not encrypted' | 'without segments' | undefined> {
  const { store, segmentKeys } = vault;
  const known = segmentKeys.of(id, generation);
  if (known !== undefined) return known;
  const bundle = await findGeneration(store, id, generation, call);
  if (bundle === undefined) return undefined;
  if (!isSealed(bundle.metadata)) {
    const { isAge, all } = await beginsWithAge(bundle.bytes);
    for await (const _ of all) break; // Closes the bytes.
    return isAge ? 'without segments' : 'not encrypted';
  }
  await opened(vault, id, bundle);
  return segmentKeys.of(id, generation) ?? 'without segments';
}

function checkSegment(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw invalid('A segment is a Uint8Array.', NOTHING_CHANGED);
  const most = MOST_SEGMENT + 1_024 - SEALING;
  if (bytes.byteLength > most) {
    throw invalid(`A segment has at most ${most} bytes, and this one has ${bytes.byteLength}.`, NOTHING_CHANGED);
  }
}

function isFromOne(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 1;
}

function takesNone(id: string, generation: number): WakeyError {
  return invalid(
    `Backup ${generation} of session "${id}" takes no segments: an older Wakey wrote it, or it is not encrypted.`,
    'Write a new backup, which takes them.',
  );
}

function outOfPlace(id: string, generation: number, number: number): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Segment ${number} of backup ${generation} of session "${id}" was changed or exchanged after its encryption.`,
    hint: 'Nothing was deleted. The segments before it are intact.',
    details: { session: id },
  });
}

const NOTHING_CHANGED = 'Nothing was changed.';

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
