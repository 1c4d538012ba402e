import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from '@wakey/bundle';
import { type CancelSignal, WakeyError } from '@wakey/core';
import { fileTrouble, isFileError } from '@wakey/host';
import { LOCAL_STATE, localStateOf } from './local-state.js';
import { bytesOf, notRegular, openRegular, walkKept } from './walk.js';

/**
 * Lists the kept files of a profile that no browser has open, in the order of their paths; the same files make the same
 * list. Rejects with `session-unreadable` if a kept file cannot be read, instead of leaving it out, and with `aborted`.
 * Reading a file also rejects with `session-unreadable` if the file became shorter.
 */
export async function* listProfile(
  profileDir: string,
  { signal }: { readonly signal?: CancelSignal } = {},
): AsyncGenerator<BundleFile> {
  try {
    for await (const { path, kind } of walkKept(profileDir)) {
      if (signal?.aborted === true) throw aborted(signal);
      if (kind === 'directory') continue;
      const at = join(profileDir, path);
      if (kind === 'other') throw notRegular(at);
      if (path === LOCAL_STATE) {
        yield inMemory(path, await localStateOf(at));
        continue;
      }
      const { size } = await lstat(at);
      yield { path, size, open: (buffer) => contentOf(at, size, buffer) };
    }
  } catch (error) {
    throw fileTrouble('session-unreadable', 'read the profile in', profileDir, error);
  }
}

/** A file of a bundle with these bytes instead of those on the disk. */
export function inMemory(path: string, bytes: Uint8Array): BundleFile {
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
export function aborted(signal: CancelSignal): WakeyError {
  return new WakeyError('aborted', {
    what: 'Reading the profile was cancelled.',
    hint: 'Nothing was changed. Call again to read the profile.',
    cause: signal.reason,
  });
}
