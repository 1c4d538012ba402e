import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelSignal, WakeyError } from '@wakey/core';
import { isFileError } from '../workspace/files.js';
import { fileTrouble } from '../workspace/trouble.js';
import { bytesOf, notRegular, openRegular, walkKept } from './walk.js';

/** A file of a profile that is kept. */
export interface ProfileFile {
  /** From the profile's directory, `/` between the names. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /**
   * Its bytes, exactly `size` of them. Rejects with `ENOENT` where it is gone, with `session-unreadable` where it became
   * shorter or cannot be read. With `buffer`, every chunk is in that memory and done with when the next is asked for.
   */
  open(buffer?: Uint8Array): AsyncIterable<Uint8Array>;
}

/**
 * What is kept of a profile that no browser has open, in the order of paths; the same files give the same list. Rejects
 * with `session-unreadable` where something that is kept cannot be read, rather than leave it out, and with `aborted`.
 */
export async function* listProfile(
  profileDir: string,
  { signal }: { readonly signal?: CancelSignal } = {},
): AsyncGenerator<ProfileFile> {
  try {
    for await (const { path, kind } of walkKept(profileDir)) {
      if (signal?.aborted === true) throw aborted(signal);
      if (kind === 'directory') continue;
      const at = join(profileDir, path);
      if (kind === 'other') throw notRegular(at);
      const { size } = await lstat(at);
      yield { path, size, open: (buffer) => contentOf(at, size, buffer) };
    }
  } catch (error) {
    throw fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
  }
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
    todo: 'Make sure that no browser runs on this profile, then try again.',
    details: { path },
  });
}

/** The error of a call whose signal was aborted. */
export function aborted(signal: CancelSignal): WakeyError {
  return new WakeyError('aborted', {
    what: 'Reading the profile was cancelled.',
    todo: 'Call again when it is wanted.',
    cause: signal.reason,
  });
}
