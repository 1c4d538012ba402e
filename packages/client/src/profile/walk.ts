import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { isKept, leadsToKept } from './parts.js';

/** Something that is kept, by its path in the profile, `/` between the names. */
export interface KeptEntry {
  readonly path: string;
  /** `other`: a link, a pipe, a device: nothing that a browser makes where something is kept. */
  readonly kind: 'file' | 'directory' | 'other';
}

/**
 * Everything in a profile that is kept, in the order of names, a directory before what is in it. Follows no link. What goes
 * away meanwhile is left out. Rejects with what the file system throws.
 */
export async function* walkKept(profileDir: string, below = ''): AsyncGenerator<KeptEntry> {
  for (const { path, kind } of await entriesOf(profileDir, below)) {
    if (kind === 'directory') {
      if (!leadsToKept(path)) continue;
      if (isKept(path)) yield { path, kind };
      yield* walkKept(profileDir, path);
    } else if (isKept(path)) {
      yield { path, kind };
    }
  }
}

/** What is in a directory of the profile, kept or not, in the order of names. Nothing where it is gone. */
export async function entriesOf(profileDir: string, below: string): Promise<readonly KeptEntry[]> {
  try {
    const entries = await readdir(join(profileDir, below), { withFileTypes: true });
    return entries
      .map((entry): KeptEntry => {
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        return { path, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other' };
      })
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  } catch (error) {
    if (below !== '' && isFileError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Opens a file for reading: never through a link, never waiting for a pipe. Rejects where it is no regular file. */
export async function openRegular(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw isFileError(error, 'ELOOP', 'ENXIO') ? notRegular(path, error) : error;
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw notRegular(path);
}

/** The bytes of a file from its beginning, at most `size` of them, and closes it. With `buffer`, every chunk is in it. */
export async function* bytesOf(handle: FileHandle, size?: number, buffer?: Uint8Array): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesIn(handle, size, buffer);
  } finally {
    await handle.close();
  }
}

/** The bytes of a file from its beginning, at most `size` of them; leaves it open. With `buffer`, every chunk is in it. */
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

/** The error for something in a profile that no browser puts there. */
export function notRegular(path: string, cause?: unknown): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `"${path}" in the browser's profile is neither a file nor a directory.`,
    todo: 'Put the file itself there; nothing was deleted.',
    cause,
    details: { path },
  });
}
