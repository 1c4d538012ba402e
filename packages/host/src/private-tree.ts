import { constants } from 'node:fs';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { openPrivateDirectory } from './private-directories.js';
import { fileTrouble, quoted } from './trouble.js';
import { type Disk, openPrivately, syncDirectory } from './write-atomically.js';

/** A directory into which private files are written. */
export interface PrivateTree {
  /** Creates a directory with mode 0700. Its parent must exist. */
  make(path: string): Promise<void>;
  /** Writes a new file with mode 0600, below directories of mode 0700, and flushes it to the disk. */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Flushes the names of all written files and directories to the disk. */
  sync(): Promise<void>;
}

/** Opens `root`, which must be empty or absent, for writing. The caller must check the paths before. */
export async function privateTree(disk: Disk, root: string): Promise<PrivateTree> {
  const made = new Set<string>();
  const make = async (...segments: readonly string[]) => {
    const path = join(root, ...segments);
    if (made.has(path)) return;
    await told('make', path, openPrivateDirectory(disk, path));
    made.add(path);
  };
  await make();
  await refuseUnlessEmpty(disk, root);
  return {
    make,
    async write(path, content) {
      const segments = path.split('/');
      for (let depth = 1; depth < segments.length; depth++) await make(...segments.slice(0, depth));
      await writeFile(disk, join(root, ...segments), content);
    },
    async sync() {
      for (const path of made) await told('flush', path, syncDirectory(disk, path));
    },
  };
}

async function writeFile(disk: Disk, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const handle = await told('write', path, openPrivately(disk, path, O_WRONLY | O_CREAT | O_EXCL));
  try {
    for await (const chunk of content) await told('write', path, handle.writeFile(chunk));
    await told('flush', path, handle.sync());
  } finally {
    await told('close', path, handle.close());
  }
}

async function refuseUnlessEmpty({ files }: Disk, path: string): Promise<void> {
  if ((await told('read', path, files.readdir(path))).length === 0) return;
  throw new WakeyError('invalid-argument', {
    what: `The directory ${quoted(path)} is not empty.`,
    hint: 'Unpack the bundle into an empty directory.',
    details: { path },
  });
}

async function told<T>(doing: string, path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw fileTrouble('session-unreadable', doing, path, error);
  }
}
