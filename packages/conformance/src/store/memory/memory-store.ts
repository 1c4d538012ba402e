import { createHash } from 'node:crypto';
import {
  assertMetadata,
  type Lease,
  type LeaseHolder,
  parseSessionId,
  type SessionStore,
  type StoredBundle,
  WakeyError,
} from '@wakey/core';
import { asCall, type Racing } from './call.js';
import type { Kept, MemoryPlace, Shelf } from './memory-place.js';
import { quarantineIn } from './memory-quarantine.js';

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
        const received = await receive(bytes, race);
        return place.change(id, (shelf) => {
          passFence(id, shelf, fence);
          const one: Kept = { generation: shelf.generation + 1, ...received, metadata: structuredClone(metadata) };
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

/** A bundle that looks its bytes up again when a caller reads them. */
export function handedOut(place: MemoryPlace, id: string, { generation, metadata, sum }: Kept): StoredBundle {
  let isTaken = false;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const { kept, aside } = place.look(id);
    const now = [...kept, ...(aside === undefined ? [] : [aside])].find((one) => one.generation === generation);
    if (now === undefined || sumOf(now.bytes) !== sum) throw damaged(id);
    for (let at = 0; at < now.bytes.length; at += PIECE) yield now.bytes.slice(at, at + PIECE);
  }
  return {
    generation,
    metadata: structuredClone(metadata),
    bytes: {
      [Symbol.asyncIterator]() {
        if (isTaken) throw invalid('The bytes of a stored bundle were read a second time.');
        isTaken = true;
        return bytes();
      },
    },
  };
}

const PIECE = 64 * 1024;

async function receive(bytes: AsyncIterable<Uint8Array>, race: Racing): Promise<Pick<Kept, 'bytes' | 'sum'>> {
  const pieces: Uint8Array[] = [];
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await race(source.next());
      if (next.done === true) break;
      pieces.push(Uint8Array.from(next.value));
    }
  } catch (error) {
    source.return?.().catch(() => undefined); // An error of a source at its end does not matter any more.
    throw error;
  }
  const all = new Uint8Array(Buffer.concat(pieces));
  return { bytes: all, sum: sumOf(all) };
}

/** Whether the bytes of a generation are those that were written. */
export function isIntact({ bytes, sum }: Kept): boolean {
  return sumOf(bytes) === sum;
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws `stale-fence`. */
export function passFence(id: string, shelf: Shelf, fence: number): void {
  if (fence >= shelf.fence) return;
  throw new WakeyError('stale-fence', {
    what: `A newer holder has the lease of session "${id}": fence ${fence} is older than ${shelf.fence}.`,
    hint: 'Nothing was changed.',
  });
}

/** Throws `invalid-argument`. */
export function checkArguments(fence: number, metadata: unknown): void {
  if (!Number.isSafeInteger(fence) || fence < 0) throw invalid('A fence is a whole number, 0 or greater.');
  assertMetadata(metadata);
}

function invalid(what: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint: 'Nothing was changed.' });
}

/** The error for bytes that differ from those that were written. */
export function damaged(id: string): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `A backup of session "${id}" is damaged.`,
    hint: 'Nothing was deleted. Read an older backup.',
  });
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
