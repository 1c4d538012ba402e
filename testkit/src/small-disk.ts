import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether we may mount a small disk of our own. */
export function canMount(): boolean {
  try {
    mountedDisk().remove();
    return true;
  } catch {
    // Not root, or in a container that forbids it.
    return false;
  }
}

/** A small disk in memory, which can really be full, and really be read-only. */
export interface SmallDisk {
  readonly path: string;
  /** Uses up all room but so many bytes; what it used is in one file, which the next call writes anew. */
  leave(bytes: number): void;
  remount(mode: 'ro' | 'rw'): void;
  remove(): void;
}

/** Mounts one of so many megabytes. Throws where that is not allowed. */
export function mountedDisk(megabytes = 2): SmallDisk {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'wakey-disk-')));
  const remove = () => {
    execFileSync('umount', ['-l', path], { stdio: 'ignore' });
    rmSync(path, { recursive: true });
  };
  try {
    const options = `size=${megabytes}m,mode=700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  } catch (error) {
    rmSync(path, { recursive: true });
    throw error;
  }
  const filler = join(path, 'filler');
  return {
    path,
    leave(bytes) {
      rmSync(filler, { force: true });
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
    },
    remount: (mode) => void execFileSync('mount', ['-o', `remount,${mode}`, path], { stdio: 'ignore' }),
    remove,
  };
}
