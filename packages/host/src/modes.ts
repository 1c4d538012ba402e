import type { Stats } from 'node:fs';
import { type ErrorCode, WakeyError } from '@wakey/core';
import { isFileError } from './files.js';
import { quoted } from './trouble.js';
import type { Disk } from './write-atomically.js';

/** The permission bits of a file. */
export function modeOf(found: Stats): number {
  return found.mode & 0o777;
}

/** A mode as `chmod` takes it. */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

/** Whether a volume refuses to set modes: FAT and SMB answer so. What is there may be closed to others all the same. */
export function refusesModes(error: unknown): boolean {
  return isFileError(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL');
}

/**
 * Takes every right of others away from a directory. A volume that keeps no modes is accepted where it was mounted closed to
 * others; otherwise throws `code`, naming what the volume lacks.
 */
export async function closeDirectory({ files, platform }: Disk, path: string, code: ErrorCode): Promise<void> {
  if (!platform.hasModes) return;
  try {
    await files.chmod(path, 0o700);
  } catch (error) {
    if (!refusesModes(error)) throw error;
  }
  await assertClosed({ files, platform }, path, code);
}

/** Throws `code` where a directory that was closed is open to others still. */
export async function assertClosed({ files, platform }: Disk, path: string, code: ErrorCode): Promise<void> {
  if (!platform.hasModes) return;
  const mode = modeOf(await files.stat(path));
  if ((mode & 0o077) !== 0) throw keepsNoModes(path, mode, code);
}

function keepsNoModes(path: string, mode: number, code: ErrorCode): WakeyError {
  return new WakeyError(code, {
    what: `The volume of ${quoted(path)} does not keep modes: after chmod 700 it is still ${octal(mode)}, so others can read the sessions.`,
    hint: 'Choose a directory on another volume (in WSL one below your home); or mount this one closed to others: metadata in WSL, umask=077 for FAT, dir_mode=0700,file_mode=0600 for SMB.',
    details: { path, mode: octal(mode) },
  });
}
