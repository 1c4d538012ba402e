import { scanLog } from './leveldb-log.js';

/** The state that a LevelDB manifest describes. */
export interface LevelDbState {
  /** Size of each table, by its number. */
  readonly tables: ReadonlyMap<bigint, bigint>;
  /** The oldest write-ahead log whose writes are in no table yet. */
  readonly log: bigint;
  /** The number of the last change that was made before the latest edit. LevelDB numbers all changes without gaps. */
  readonly sequence: bigint;
  /** How many bytes of the manifest describe this state. An unfinished edit can follow. */
  readonly bytes: number;
}

/** The state of a manifest, or the reason why LevelDB would not open the manifest. */
export type ReadManifest = LevelDbState | { readonly damage: string };

/** An edit describes some thousand tables in a few hundred kB; a longer one was not written by LevelDB. */
const longestEdit = 16 * 1024 * 1024;

/** Replays the edits of a manifest. Uses bounded memory for any input. Throws only the errors of `bytes`. */
export async function readManifest(bytes: AsyncIterable<Uint8Array>): Promise<ReadManifest> {
  const tables = new Map<bigint, bigint>();
  let log: bigint | undefined;
  let sequence = 0n;
  let pieces: Uint8Array[] = [];
  let length = 0;
  let damage: string | undefined;

  const scan = await scanLog(bytes, (piece, isLast) => {
    if (damage !== undefined) return;
    length += piece.length;
    if (length > longestEdit) {
      damage = 'it has an edit of an impossible length';
      return;
    }
    pieces.push(piece.slice());
    if (!isLast) return;
    const edit = parseEdit(Buffer.concat(pieces));
    pieces = [];
    length = 0;
    if (edit === undefined) {
      damage = 'it has an unreadable edit';
      return;
    }
    for (const table of edit.deleted) tables.delete(table);
    for (const [table, size] of edit.added) tables.set(table, size);
    log = edit.log ?? log;
    sequence = edit.sequence ?? sequence;
  });
  damage ??= scan.damage;
  if (damage !== undefined) return { damage };
  if (log === undefined) return { damage: 'it names no log' };
  return { tables, log, sequence, bytes: scan.complete };
}

interface Edit {
  readonly log: bigint | undefined;
  readonly sequence: bigint | undefined;
  readonly deleted: readonly bigint[];
  readonly added: readonly (readonly [bigint, bigint])[];
}

/** Parses an edit. The tags of its fields are those of LevelDB's class VersionEdit. `undefined` for an invalid edit. */
function parseEdit(bytes: Uint8Array): Edit | undefined {
  let at = 0;
  let isSound = true;
  let log: bigint | undefined;
  let sequence: bigint | undefined;
  const deleted: bigint[] = [];
  const added: (readonly [bigint, bigint])[] = [];

  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    isSound = false;
    return 0n;
  };
  const skipText = (): void => {
    const length = Number(number());
    if (length > bytes.length - at) isSound = false;
    else at += length;
  };
  const fields: { readonly [tag: string]: () => void } = {
    1: skipText, // The name of the comparator, which orders the keys.
    2: () => {
      log = number();
    },
    3: () => void number(), // The next free number of a file.
    4: () => {
      sequence = number();
    },
    5: () => {
      number();
      skipText(); // The key at which compaction continues.
    },
    6: () => {
      number();
      deleted.push(number());
    },
    7: () => {
      number();
      const table = number();
      added.push([table, number()]);
      skipText();
      skipText();
    },
    9: () => void number(), // The previous log, which old versions wrote.
  };

  while (isSound && at < bytes.length) {
    const field = fields[String(number())];
    if (field === undefined) return undefined;
    field();
  }
  return isSound ? { log, sequence, deleted, added } : undefined;
}
