import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError } from './files.js';

/** An entry of a directory tree. Its path is relative to the root of the tree, with `/` between the names. */
export interface TreeEntry {
  readonly path: string;
  /** `other` is a link, a pipe or a device. */
  readonly kind: 'file' | 'directory' | 'other';
}

/**
 * The entries of the directory `below` in the tree at `root`, in the order of names. Empty if the directory is gone.
 */
export async function entriesOf(root: string, below: string): Promise<readonly TreeEntry[]> {
  try {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    return entries
      .map((entry): TreeEntry => {
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        return { path, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other' };
      })
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  } catch (error) {
    if (below !== '' && isFileError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Opens a file for reading. Never follows a link and never waits for a pipe. Rejects if it is no regular file. */
export async function openRegular(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw isFileError(error, 'ELOOP', 'ENXIO') ? notRegular(path, error) : error;
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw notRegular(path);
}

/**
 * The bytes of a file from its beginning, at most `size` of them; then closes the file. With `buffer`, every chunk lies
 * in that buffer.
 */
export async function* bytesOf(handle: FileHandle, size?: number, buffer?: Uint8Array): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesIn(handle, size, buffer);
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a file from its beginning, at most `size` of them; leaves the file open. With `buffer`, every chunk lies
 * in that buffer.
 */
export async function* bytesIn(
  handle: FileHandle,
  size = Number.POSITIVE_INFINITY,
  buffer?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const chunk = buffer ?? new Uint8Array(Math.min(256 * 1024, size - at));
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** The error for a link, a pipe or a device in a profile, which no browser creates there. */
export function notRegular(path: string, cause?: unknown): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `"${path}" in the browser's profile is neither a file nor a directory.`,
    hint: 'Replace that entry by a regular file or directory, then try again. Nothing was deleted.',
    cause,
    details: { path },
  });
}
