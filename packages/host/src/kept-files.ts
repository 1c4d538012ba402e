import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelSignal, isKept, leadsToKept, type ProfileFile, type ProfilePart, WakeyError } from '@wakey/core';
import { isFileError } from './files.js';
import { bytesOf, entriesOf, notRegular, openRegular, type TreeEntry } from './regular-files.js';
import { fileTrouble } from './trouble.js';

/**
 * Lists the entries of a profile that `parts` marks as `kept`, which a backup contains: in the order of names, each
 * directory before its entries. Follows no link. Leaves out entries that disappear meanwhile. Rejects with what the
 * file system throws.
 */
export async function* walkKept(
  parts: readonly ProfilePart[],
  profileDir: string,
  below = '',
): AsyncGenerator<TreeEntry> {
  for (const { path, kind } of await entriesOf(profileDir, below)) {
    if (kind === 'directory') {
      if (!leadsToKept(parts, path)) continue;
      if (isKept(parts, path)) yield { path, kind };
      yield* walkKept(parts, profileDir, path);
    } else if (isKept(parts, path)) {
      yield { path, kind };
    }
  }
}

/** Options of `listKept`. */
export interface ListKeptOptions {
  readonly signal?: CancelSignal | undefined;
  /** The bytes to list for the file `path` if a backup contains only a part of it; `undefined` for a whole file. */
  readonly partOf?: (path: string) => Promise<Uint8Array | undefined>;
}

/** Lists the files of a profile that a backup contains. Promises what `ProfileFormat.list` promises. */
export async function* listKept(
  parts: readonly ProfilePart[],
  profileDir: string,
  { signal, partOf }: ListKeptOptions = {},
): AsyncGenerator<ProfileFile> {
  try {
    for await (const { path, kind } of walkKept(parts, profileDir)) {
      if (signal?.aborted === true) throw readingAborted(signal);
      if (kind === 'directory') continue;
      const at = join(profileDir, path);
      if (kind === 'other') throw notRegular(at);
      const part = await partOf?.(path);
      if (part !== undefined) {
        yield fileOfBytes(path, part);
        continue;
      }
      const { size } = await lstat(at);
      yield { path, size, open: (buffer) => contentOf(at, size, buffer) };
    }
  } catch (error) {
    throw fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
  }
}

/** A file of a profile with these bytes instead of those on the disk. */
export function fileOfBytes(path: string, bytes: Uint8Array): ProfileFile {
  return {
    path,
    size: bytes.length,
    async *open(buffer) {
      if (buffer === undefined) yield bytes;
      else for (let at = 0; at < bytes.length; at += buffer.length) yield placed(bytes.subarray(at), buffer);
    },
  };
}

/** Copies as many of the bytes as fit into the buffer. */
function placed(bytes: Uint8Array, buffer: Uint8Array): Uint8Array {
  const part = bytes.subarray(0, buffer.length);
  buffer.set(part);
  return buffer.subarray(0, part.length);
}

async function* contentOf(path: string, size: number, buffer?: Uint8Array): AsyncGenerator<Uint8Array> {
  let rest = size;
  try {
    for await (const chunk of bytesOf(await openRegular(path), size, buffer)) {
      rest -= chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw isFileError(error, 'ENOENT') ? error : fileTrouble('session-unreadable', 'read', path, error);
  }
  if (rest === 0) return;
  throw new WakeyError('session-unreadable', {
    what: `"${path}" became shorter while it was read.`,
    hint: 'Make sure that no browser runs on this profile, then try again.',
    details: { path },
  });
}

/** The error of a call whose signal was aborted. */
export function readingAborted(signal: CancelSignal): WakeyError {
  return new WakeyError('aborted', {
    what: 'Reading the profile was cancelled.',
    hint: 'Nothing was changed. Call again to read the profile.',
    cause: signal.reason,
  });
}
