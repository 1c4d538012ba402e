import { type ErrorCode, isWakeyError, WakeyError } from '@wakey/core';

/** Turns an error of the file system, or its silence, into an error of the store. Any other WakeyError passes unchanged. */
export function storeTrouble(code: ErrorCode, doing: string, path: string, cause: unknown): WakeyError {
  if (isWakeyError(cause, 'sessions-dir-unusable')) return unanswered(code, doing, cause);
  if (isWakeyError(cause)) return cause;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const known = causes[errno];
  return new WakeyError(code, {
    what: `Store "filesystem" could not ${doing}: ${known?.[0] ?? errno} (${path}).`,
    hint: known?.[1] ?? 'Check the disk and the permissions of its folder; what was kept before is still there.',
    cause,
    details: { path, errno },
  });
}

/** The error of a file system that does not answer names the path; the store adds what it was doing. */
function unanswered(code: ErrorCode, doing: string, cause: WakeyError): WakeyError {
  return new WakeyError(code, {
    what: `Store "filesystem" could not ${doing}: ${cause.what}`,
    hint: 'Check its disk, or the server behind it; what was kept before is still there.',
    cause,
    details: cause.details,
  });
}

/** The error for bytes that are there and cannot be trusted. */
export function damaged(path: string, why: string): WakeyError {
  return new WakeyError('store-unreadable', {
    what: `Store "filesystem" found a damaged file: ${why} (${path}).`,
    hint: 'Nothing was deleted. Restore it from a backup, or remove it to go on without it.',
    details: { path },
  });
}

const causes: { readonly [errno: string]: readonly [what: string, hint: string] } = {
  EACCES: ['its permissions forbid it', 'Check the owner and the permissions of its folder.'],
  EPERM: ['its owner or its permissions forbid it', 'Check the owner and the permissions of its folder.'],
  EROFS: ['the disk is read-only', 'Mount it writable, or choose another directory.'],
  ENOSPC: ['the disk is full', 'Make room on it; what was kept before is still there.'],
  EDQUOT: ['the disk quota is used up', 'Make room on it; what was kept before is still there.'],
  ENOENT: ['its directory is not there and cannot be made', 'Choose another directory.'],
  EIO: ['the disk failed', 'Check the disk.'],
  ENOTDIR: ['something that is no directory is in the way', 'Move it away, or choose another directory.'],
  NOTAFILE: [
    'a directory, a pipe or a device is in the place of a file',
    'Move it away; what was kept before is still there.',
  ],
  ENXIO: ['a pipe is in the place of a file', 'Move it away; what was kept before is still there.'],
  ENOLCK: [
    'its volume gives no locks',
    'Mount it with locks (NFS: version 4, without "nolock"), or choose a local disk.',
  ],
  ENOTSUP: ['its volume cannot do what is needed, such as locks', 'Choose a directory on a local disk.'],
  EOPNOTSUPP: ['its volume cannot do what is needed, such as locks', 'Choose a directory on a local disk.'],
  ENOSYS: ['its volume cannot do what is needed, such as locks', 'Choose a directory on a local disk.'],
  ELOOP: ['a symbolic link is in the way', 'Put the directory itself there.'],
};
