import { createHash } from 'node:crypto';
import { assertMetadata, type StoredBundle, WakeyError } from '@wakey/core';
import type { Kept, MemoryPlace, Shelf } from './memory-place.js';

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

/** Whether the bytes of a generation are those that were written. */
export function isIntact({ bytes, sum }: Kept): boolean {
  return sumOf(bytes) === sum;
}

/** The SHA-256 of bytes. */
export function sumOf(bytes: Uint8Array): string {
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
