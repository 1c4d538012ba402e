import { constants } from 'node:fs';
import { copyFile, link, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFileError, realFiles, unlessAbsent } from './files.js';
import { thisPlatform } from './platform.js';
import { openPrivateDirectory } from './private-directories.js';
import { notRegular } from './regular-files.js';
import { openPrivately } from './write-atomically.js';

const disk = { files: realFiles, platform: thisPlatform };

/** Creates a directory below `root`, and those above it, with mode 0700 whatever the umask. */
export async function makePrivateDirectory(root: string, path: string): Promise<void> {
  const names = path === '.' || path === '' ? [] : path.split('/');
  for (let depth = 0; depth <= names.length; depth += 1) {
    await openPrivateDirectory(disk, join(root, ...names.slice(0, depth)));
  }
}

/** Writes bytes to the file `path` below `root`, replacing an existing file, with mode 0600 whatever the umask. */
export async function writePrivately(root: string, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await makePrivateDirectory(root, dirname(path));
  const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
  const handle = await openPrivately(disk, join(root, path), O_WRONLY | O_CREAT | O_TRUNC);
  try {
    for await (const chunk of content) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}

/**
 * Puts a file that never changes again at `to`, with mode 0600: as a hard link if the disk has hard links, otherwise as
 * a copy. An existing file of the same size stays. Returns `gone` if the source no longer exists.
 */
export async function shareImmutable(from: string, to: string): Promise<'shared' | 'copied' | 'gone'> {
  try {
    const found = await lstat(from, { bigint: true });
    if (!found.isFile()) throw notRegular(from);
    if (thisPlatform.hasModes && (found.mode & 0o777n) !== 0o600n) await realFiles.chmod(from, 0o600);
    const there = await unlessAbsent(lstat(to, { bigint: true }));
    if (there?.size === found.size) return there.ino === found.ino ? 'shared' : 'copied';
    if (there !== undefined) await rm(to);
    return (await shared(from, to)) ? 'shared' : await copied(from, to);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return 'gone';
    throw error;
  }
}

async function shared(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // `to` is on another disk, or the disk has no hard links.
    if (isFileError(error, 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) return false;
    throw error;
  }
}

async function copied(from: string, to: string): Promise<'copied'> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  if (thisPlatform.hasModes) await realFiles.chmod(to, 0o600);
  return 'copied';
}
