import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from '../bundle/bundle-file.js';
import { isKept, leadsToKept } from '../profile/parts.js';
import { bytesOf, entriesOf, notRegular, openRegular } from '../profile/walk.js';
import { isFileError } from '../workspace/files.js';
import type { ForeignProfile } from './foreign-profiles.js';

/**
 * What is kept of a foreign profile, by the table of profile parts, under the paths that a session's has: its profile is
 * called `Default`. Of `Local State` only the key that opens the cookies comes along: the rest names other profiles, one of
 * which the browser would then open instead.
 */
export async function* foreignFiles({ userDataDir, profile }: ForeignProfile): AsyncGenerator<BundleFile> {
  const key = await cookieKey(join(userDataDir, 'Local State'));
  if (key !== undefined) yield key;
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

async function cookieKey(path: string): Promise<BundleFile | undefined> {
  if (!(await isFile(path))) return undefined;
  const bytes = Buffer.from(`${JSON.stringify({ os_crypt: osCryptIn(await readFile(path, 'utf8')) })}\n`);
  return {
    path: 'Local State',
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

function osCryptIn(text: string): unknown {
  try {
    return Object(JSON.parse(text)).os_crypt;
  } catch (error) {
    // A browser that was killed can leave it so, and makes it anew.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false;
    throw error;
  }
}
