import { createHash } from 'node:crypto';
import type { FileHandle } from '@wakey/host';

/** Any file but a write-ahead log, as its entry in a state. */
export type FileEntry = {
  readonly kind: 'file';
  readonly size: number;
  /** The digests of all blocks, one behind the other. */
  readonly blocks: string;
};

/** A block that differs from the known one. */
export interface Block {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** SQLite changes single pages of a database: only the blocks with changed pages are told. In bytes. */
const BLOCK = 32 * 1024;
/** The length of a digest: half of a SHA-256, in base64. */
const DIGEST = 22;

/** Reads a file of this size block by block, and calls `onChanged` for those that differ from the known ones. */
export async function readBlocks(
  handle: FileHandle,
  size: number,
  { known = '', onChanged, check }: ReadBlocksOptions,
): Promise<FileEntry> {
  const digests: string[] = [];
  const piece = Buffer.alloc(Math.min(size, 32 * BLOCK));
  for (let from = 0; from < size; ) {
    check();
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, size - from), from);
    // A short read ends inside a block only at the end of the file.
    const whole = from + bytesRead < size ? bytesRead - (bytesRead % BLOCK) : bytesRead;
    if (whole === 0) break;
    for (let at = 0; at < whole; at += BLOCK) {
      const bytes = piece.subarray(at, Math.min(at + BLOCK, whole));
      const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, DIGEST);
      if (digest !== known.slice(digests.length * DIGEST, (digests.length + 1) * DIGEST)) {
        onChanged?.({ at: from + at, bytes: Uint8Array.from(bytes) });
      }
      digests.push(digest);
    }
    from += whole;
  }
  return { kind: 'file', size, blocks: digests.join('') };
}

/** Options of `readBlocks`. */
export interface ReadBlocksOptions {
  readonly known?: string | undefined;
  readonly onChanged?: (block: Block) => void;
  /** Throws if the reading must end. */
  readonly check: () => void;
}

/** Reads those blocks of a file whose digests in `entry` differ from the known ones. */
export async function readChanged(
  handle: FileHandle,
  {
    known,
    entry,
    onChanged,
  }: { readonly known: string; readonly entry: FileEntry; readonly onChanged: (block: Block) => void },
): Promise<void> {
  for (let at = 0, digest = 0; at < entry.size; at += BLOCK, digest += DIGEST) {
    if (known.slice(digest, digest + DIGEST) === entry.blocks.slice(digest, digest + DIGEST)) continue;
    const bytes = Buffer.alloc(Math.min(BLOCK, entry.size - at));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
    onChanged({ at, bytes: bytes.subarray(0, bytesRead) });
  }
}
