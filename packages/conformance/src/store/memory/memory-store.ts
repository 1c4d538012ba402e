import { type Lease, type LeaseHolder, parseSessionId, type SessionStore, WakeyError } from '@wakey/core';
import { asCall, type Racing } from './call.js';
import { checkArguments, damaged, handedOut, isIntact, passFence, sumOf } from './kept-bundle.js';
import type { Kept, MemoryPlace, Shelf } from './memory-place.js';
import { quarantineIn } from './memory-quarantine.js';
import { checkSegment, segmentOf, segmentsIn } from './memory-segments.js';

/** A store over a place in memory. `owner` names the process that the store belongs to. */
export function storeIn(place: MemoryPlace, owner: object): SessionStore {
  return {
    name: 'memory',
    list: (options = {}) => asCall(options, async () => place.list()),
    read: (id, options = {}) =>
      asCall(options, async () => {
        const { kept } = place.look(parseSessionId(id));
        const older = kept.filter(({ generation }) => generation < (options.before ?? Number.POSITIVE_INFINITY));
        const intact = older.findLast(isIntact);
        if (intact === undefined && older.length > 0) throw damaged(id);
        return intact && handedOut(place, id, intact);
      }),
    write: (id, bytes, options) =>
      asCall(options, async (race) => {
        const { fence, metadata, keep = [] } = options;
        checkArguments(fence, metadata);
        passFence(id, place.look(parseSessionId(id)), fence);
        const received = bytesOf(await receive(bytes, race));
        const pieces = options.segments && (await receive(options.segments, race, checkSegment));
        const segments = (pieces ?? []).map(segmentOf);
        return place.change(id, (shelf) => {
          passFence(id, shelf, fence);
          const own = { metadata: structuredClone(metadata), segments };
          const one: Kept = { generation: shelf.generation + 1, ...received, ...own };
          const last = shelf.kept.findLast(isIntact);
          const older = shelf.kept.filter((kept) => kept === last || keep.includes(kept.generation));
          return [{ ...shelf, fence, generation: one.generation, kept: [...older, one] }, one.generation];
        });
      }),
    remove: (id, options) =>
      asCall(options, async () => {
        checkArguments(options.fence, {});
        passFence(id, place.look(parseSessionId(id)), options.fence);
        place.change(id, (shelf) => [{ ...shelf, fence: options.fence, kept: [] }, undefined]);
      }),
    lease: (id, holder, options = {}) =>
      asCall(options, async () => {
        parseSessionId(id);
        return place.change(id, (shelf) => {
          const held = place.heldOn(shelf);
          if (held !== undefined) throw inUse(id, held);
          const fence = shelf.fence + 1;
          return [{ ...shelf, fence, held: place.holding(holder, fence, owner) }, leaseOf(place, id, fence)];
        });
      }),
    quarantine: quarantineIn(place),
    segments: segmentsIn(place),
  };
}

function leaseOf(place: MemoryPlace, id: string, fence: number): Lease {
  let isReleased = false;
  const isOurs = (shelf: Shelf) => !isReleased && shelf.fence === fence && place.heldOn(shelf)?.fence === fence;
  return {
    fence,
    ...(place.duration === undefined ? {} : { duration: place.duration }),
    renew: (options = {}) =>
      asCall(options, async () =>
        place.change(id, (shelf) => {
          if (shelf.held === undefined || !isOurs(shelf)) throw lost(id);
          return [{ ...shelf, held: place.holding(shelf.held.holder, fence, shelf.held.owner) }, undefined];
        }),
      ),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      place.change(id, ({ held, ...shelf }) => [
        held === undefined || held.fence === fence ? shelf : { ...shelf, held },
        undefined,
      ]);
    },
  };
}

async function receive(
  source: AsyncIterable<Uint8Array>,
  race: Racing,
  checkPiece: (piece: Uint8Array) => void = () => undefined,
): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await race(iterator.next());
      if (next.done === true) return pieces;
      checkPiece(next.value);
      pieces.push(Uint8Array.from(next.value));
    }
  } catch (error) {
    iterator.return?.().catch(() => undefined); // An error of a source at its end does not matter any more.
    throw error;
  }
}

function bytesOf(pieces: readonly Uint8Array[]): Pick<Kept, 'bytes' | 'sum'> {
  const all = new Uint8Array(Buffer.concat(pieces));
  return { bytes: all, sum: sumOf(all) };
}

function inUse(id: string, { host, pid, since, program }: LeaseHolder): WakeyError {
  return new WakeyError('session-in-use', {
    what: `Session "${id}" is held by ${program}, process ${pid} on host ${host}.`,
    hint: 'Stop that process first, or use another session name.',
    details: { session: id, host, pid, since, program },
  });
}

function lost(id: string): WakeyError {
  return new WakeyError('lease-lost', {
    what: `The lease of session "${id}" is lost.`,
    hint: 'Stop the session in this process; start it again to take a new lease.',
  });
}
