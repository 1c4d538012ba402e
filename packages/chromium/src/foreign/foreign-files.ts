import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isKept, leadsToKept, type ProfileFile } from '@wakey/core';
import { bytesOf, entriesOf, fileOfBytes, isFileError, notRegular, openRegular } from '@wakey/host';
import { LOCAL_STATE, localStateOf } from '../profile/local-state.js';
import { profileParts } from '../profile/parts.js';

/**
 * Lists the files of a foreign profile that a backup would contain, by `profileParts`. The paths are those of a
 * session's profile, whose directory is called `Default`.
 */
export async function* foreignFiles(userDataDir: string, profile: string): AsyncGenerator<ProfileFile> {
  const state = join(userDataDir, LOCAL_STATE);
  if (await isFile(state)) yield fileOfBytes(LOCAL_STATE, await localStateOf(state));
  const last = join(userDataDir, 'Last Version');
  if (await isFile(last)) yield fileAt('Last Version', last, (await lstat(last)).size);
  yield* kept(userDataDir, profile, 'Default');
}

async function* kept(root: string, from: string, as: string): AsyncGenerator<ProfileFile> {
  for (const { path, kind } of await entriesOf(root, from)) {
    const name = `${as}${path.slice(from.length)}`;
    if (kind === 'directory') {
      if (leadsToKept(profileParts, name)) yield* kept(root, path, name);
    } else if (isKept(profileParts, name)) {
      const at = join(root, path);
      if (kind === 'other') throw notRegular(at);
      yield fileAt(name, at, (await lstat(at)).size);
    }
  }
}

function fileAt(path: string, at: string, size: number): ProfileFile {
  return {
    path,
    size,
    async *open() {
      yield* bytesOf(await openRegular(at), size);
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false;
    throw error;
  }
}
