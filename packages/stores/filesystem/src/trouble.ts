import { type ErrorCode, isWakeyError, WakeyError } from '@wakey/core';

/**
 * Turns an error of the file system into an error of the store, also the error for a file system that does not answer.
 * Any other WakeyError passes unchanged.
 */
export function storeTrouble(code: ErrorCode, doing: string, path: string, cause: unknown): WakeyError {
  if (isWakeyError(cause, 'sessions-dir-unusable')) return unanswered(code, doing, cause);
  if (isWakeyError(cause)) return cause;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const known = causes[errno];
  return new WakeyError(code, {
    what: `Store "filesystem" could not ${doing}: ${known?.[0] ?? errno} (${path}).`,
    hint: known?.[1] ?? 'Earlier backups are unchanged. Check the disk and the permissions of the directory.',
    cause,
    details: { path, errno },
  });
}

/** The error for a file system that does not answer. Its cause names the path; the store adds what it was doing. */
function unanswered(code: ErrorCode, doing: string, cause: WakeyError): WakeyError {
  return new WakeyError(code, {
    what: `Store "filesystem" could not ${doing}: ${cause.what}`,
    hint: 'Earlier backups are unchanged. Check the disk, or the server behind it.',
    cause,
    details: cause.details,
  });
}

/** The error for a file that exists and does not have the bytes that the store wrote. */
export function damaged(path: string, why: string): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Store "filesystem" found a damaged file: ${why} (${path}).`,
    hint: 'Nothing was deleted. Restore this file from a copy of the disk, or remove it to go on without it.',
    details: { path },
  });
}

const causes: { readonly [errno: string]: readonly [what: string, hint: string] } = {
  EACCES: ['its permissions forbid it', 'Check the owner and the permissions of the directory.'],
  EPERM: ['its owner or its permissions forbid it', 'Check the owner and the permissions of the directory.'],
  EROFS: ['the disk is read-only', 'Mount the disk writable, or choose another directory.'],
  ENOSPC: ['the disk is full', 'Earlier backups are unchanged. Free some space on the disk.'],
  EDQUOT: ['the disk quota is used up', 'Earlier backups are unchanged. Free some space on the disk.'],
  ENOENT: ['its directory does not exist and cannot be created', 'Choose another directory.'],
  EIO: ['the disk failed', 'Check the disk.'],
  ENOTDIR: ['a part of the path is not a directory', 'Move that file away, or choose another directory.'],
  NOTAFILE: [
    'a directory, a pipe or a device is in the place of a file',
    'Earlier backups are unchanged. Move that entry away.',
  ],
  ENXIO: ['a pipe is in the place of a file', 'Earlier backups are unchanged. Move the pipe away.'],
  ENOLCK: [
    'its volume does not support locks',
    'Mount the volume with locks (NFS: version 4, without "nolock"), or choose a local disk.',
  ],
  ENOTSUP: ['its volume lacks a function that Wakey needs, such as locks', 'Choose a directory on a local disk.'],
  EOPNOTSUPP: ['its volume lacks a function that Wakey needs, such as locks', 'Choose a directory on a local disk.'],
  ENOSYS: ['its volume lacks a function that Wakey needs, such as locks', 'Choose a directory on a local disk.'],
  ELOOP: ['a symbolic link is in the place of a directory', 'Replace the link by the directory itself.'],
};
