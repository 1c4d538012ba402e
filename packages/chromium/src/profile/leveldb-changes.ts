import type { OnRecord } from './leveldb-log.js';

/** Checks that the records in the logs of a LevelDB hold all changes, by the numbers of the changes. */
export interface NumberedChanges {
  /** Takes the records of the logs in which the changes are, the oldest log first. */
  readonly record: OnRecord;
  /** Why a record does not follow the record before it; `undefined` as long as each record does. */
  damage(): string | undefined;
  /** The number of the last change; `undefined` before the first record. */
  last(): bigint | undefined;
}

/** A record begins with the number of its first change, 8 bytes, and with the count of its changes, 4 bytes. */
const headSize = 12;

/**
 * LevelDB numbers its changes without gaps. `manifest` is the last number that the manifest names: the first record of the
 * logs may repeat changes up to that number, which are in tables already. With `last`, the first record must follow the
 * change with that number.
 */
export function changesAfter(manifest: bigint, last?: bigint): NumberedChanges {
  const head = Buffer.alloc(headSize);
  let filled = 0;
  let latest = last;
  let damage: string | undefined;

  return {
    record(piece, isLast) {
      const part = piece.subarray(0, headSize - filled);
      head.set(part, filled);
      filled += part.length;
      if (!isLast) return;
      damage ??= filled < headSize ? 'a record is too short' : misplaced(head.readBigUInt64LE(0));
      if (filled === headSize) latest = head.readBigUInt64LE(0) + BigInt(head.readUInt32LE(8)) - 1n;
      filled = 0;
    },
    damage: () => damage,
    last: () => latest,
  };

  function misplaced(number: bigint): string | undefined {
    const next = (latest ?? manifest) + 1n;
    if (number > next) return `the changes ${next} to ${number - 1n} are missing`;
    return latest !== undefined && number < next ? `change ${number} comes after change ${latest}` : undefined;
  }
}
