import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileHandle } from '@wakey/host';
import type { Followed, HeldFiles, Piece } from './group.js';
import { sizeOf } from './leveldb-known.js';

/** The files of long values that a state does not know, or knows with another size. */
export interface FreshBlobs {
  /** Opens the fresh ones among these files, at most `most` of them. Rejects with `ENOENT` if one disappears. */
  open(paths: readonly string[], most?: number): Promise<void>;
  count(): number;
  /** All bytes that the open files have now. A file that the logs name is complete before they name it. */
  pieces(): Promise<readonly Piece[]>;
}

/**
 * A file of a long value grows only at first. Once its last change is this old, in ms, it is complete, and it is not looked
 * at any more.
 */
const settled = 60_000;

export function freshBlobs({ profileDir, known, seen, now }: Followed, held: HeldFiles): FreshBlobs {
  const open = new Map<string, FileHandle>();
  return {
    async open(paths, most = Number.POSITIVE_INFINITY) {
      for (const path of paths) {
        if (open.size >= most) return;
        if (!open.has(path) && (await isFresh(path))) open.set(path, await held.open(join(profileDir, path)));
      }
    },
    count: () => open.size,
    async pieces() {
      const pieces: Piece[] = [];
      for (const [path, source] of open) {
        pieces.push({ path, begin: 'create', from: 0, to: (await source.stat()).size, source });
      }
      return pieces;
    },
  };

  async function isFresh(path: string): Promise<boolean> {
    const entry = known.get(path);
    if (entry === undefined) return true;
    if (seen.isKnown(entry)) return false;
    const stat = await lstat(join(profileDir, path), { bigint: true });
    if (stat.size !== BigInt(sizeOf(entry) ?? -1)) return true;
    if (now !== undefined && now - Number(stat.mtimeMs) > settled) seen.remember(entry, stat);
    return false;
  }
}
