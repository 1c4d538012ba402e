import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from '@wakey/bundle';
import { isFileError } from '@wakey/host';
import { inMemory } from '../profile/list-profile.js';
import { LOCAL_STATE, localStateOf } from '../profile/local-state.js';
import { isKept, leadsToKept } from '../profile/parts.js';
import { bytesOf, entriesOf, notRegular, openRegular } from '../profile/walk.js';
import type { ForeignProfile } from './foreign-profiles.js';

/**
 * The kept files of a foreign profile, by the table of profile parts, under the paths of a session's profile, which is
 * called `Default`.
 */
export async function* foreignFiles({ userDataDir, profile }: ForeignProfile): AsyncGenerator<BundleFile> {
  const state = join(userDataDir, LOCAL_STATE);
  if (await isFile(state)) yield inMemory(LOCAL_STATE, await localStateOf(state));
  const last = join(userDataDir, 'Last Version');
  if (await isFile(last)) yield fileAt('Last Version', last, (await lstat(last)).size);
  yield* kept(userDataDir, profile, 'Default');
}

async function* kept(root: string, from: string, as: string): AsyncGenerator<BundleFile> {
  for (const { path, kind } of await entriesOf(root, from)) {
    const name = `${as}${path.slice(from.length)}`;
    if (kind === 'directory') {
      if (leadsToKept(name)) yield* kept(root, path, name);
    } else if (isKept(name)) {
      const at = join(root, path);
      if (kind === 'other') throw notRegular(at);
      yield fileAt(name, at, (await lstat(at)).size);
    }
  }
}

function fileAt(path: string, at: string, size: number): BundleFile {
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
