import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFileError } from '@wakey/host';

/** Whether this process may mount a small disk. */
export function canMount(): boolean {
  try {
    mountedDisk().remove();
    return true;
  } catch {
    // The process is not root, or its container forbids mounts.
    return false;
  }
}

/** A small disk in memory that can really be full or read-only. */
export interface SmallDisk {
  readonly path: string;
  /** Fills the disk until only `bytes` bytes are free. One file takes the room; the next call rewrites that file. */
  leave(bytes: number): void;
  remount(mode: 'ro' | 'rw'): void;
  remove(): void;
}

/** Mounts a small disk in memory. Throws if this process may not mount. */
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
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
      } catch (error) {
        // Another process has taken some of the room meanwhile, so the disk is full.
        if (!isFileError(error, 'ENOSPC')) throw error;
      }
    },
    remount: (mode) => void execFileSync('mount', ['-o', `remount,${mode}`, path], { stdio: 'ignore' }),
    remove,
  };
}
