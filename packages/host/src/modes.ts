import type { Stats } from 'node:fs';
import { type ErrorCode, WakeyError } from '@wakey/core';
import { isFileError } from './files.js';
import { quoted } from './trouble.js';
import type { Disk } from './write-atomically.js';

/** Returns the permission bits of a file. */
export function modeOf(found: Stats): number {
  return found.mode & 0o777;
}

/** Returns a mode in the form that `chmod` accepts. */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

/**
 * Whether the error means that the volume cannot set modes, as FAT and SMB answer. Its files may still be closed to
 * other users.
 */
export function refusesModes(error: unknown): boolean {
  return isFileError(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL');
}

/**
 * Removes all rights of other users from a directory. On a volume without modes it accepts a directory that was mounted
 * closed to others; otherwise it throws `code`, and the message names what the volume lacks.
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

/** Throws `code` if a directory is still open to other users after `chmod`. */
export async function assertClosed({ files, platform }: Disk, path: string, code: ErrorCode): Promise<void> {
  if (!platform.hasModes) return;
  const mode = modeOf(await files.stat(path));
  if ((mode & 0o077) !== 0) throw keepsNoModes(path, mode, code);
}

function keepsNoModes(path: string, mode: number, code: ErrorCode): WakeyError {
  return new WakeyError(code, {
    what: `The volume of ${quoted(path)} does not keep modes: after chmod 700 it is still ${octal(mode)}, so others can read the sessions.`,
    hint: 'Choose a directory on another volume (in WSL: below your home), or mount this volume so that other users cannot read it (WSL: metadata; FAT: umask=077; SMB: dir_mode=0700,file_mode=0600).',
    details: { path, mode: octal(mode) },
  });
}
