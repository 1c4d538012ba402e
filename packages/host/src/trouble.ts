import { type ErrorCode, isWakeyError, plainText, WakeyError } from '@wakey/core';

/**
 * Turns an error of the file system into an error with a hint. `refused` is the error code if the place itself is at
 * fault (its owner, its modes); a full, read-only or failing disk is always `sessions-dir-unusable`. A WakeyError
 * passes unchanged.
 */
export function fileTrouble(refused: ErrorCode, doing: string, path: string, cause: unknown): WakeyError {
  if (isWakeyError(cause)) return cause;
  const name = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const known = Object.hasOwn(causes, name) ? causes[name] : undefined;
  return new WakeyError(known?.code ?? refused, {
    what: `Could not ${doing} ${quoted(path)}: ${known?.what ?? plainText(name, { most: 40 })}.`,
    hint: known?.hint(path) ?? 'Check the disk and the permissions of that path; nothing was deleted.',
    cause,
    details: { path, errno: name },
  });
}

interface Cause {
  /** The error code if the disk is at fault, not the place. */
  readonly code?: ErrorCode;
  readonly what: string;
  hint(path: string): string;
}

const causes: { readonly [errno: string]: Cause } = {
  EACCES: { what: 'its permissions forbid it', hint: takeOver },
  EPERM: { what: 'its owner or its permissions forbid it', hint: takeOver },
  EROFS: { code: 'sessions-dir-unusable', what: 'the disk is read-only', hint: elsewhere },
  ENOSPC: { code: 'sessions-dir-unusable', what: 'the disk is full', hint: makeRoom },
  EDQUOT: { code: 'sessions-dir-unusable', what: 'the disk quota is used up', hint: makeRoom },
  EIO: { code: 'sessions-dir-unusable', what: 'the disk failed', hint: () => 'Check the disk; nothing was deleted.' },
  EMFILE: { what: 'this process has too many files open', hint: () => 'Raise its limit (ulimit -n) and try again.' },
  ENOENT: { what: 'it or its parent directory does not exist and cannot be created', hint: elsewhere },
  ENOTDIR: { what: 'a part of that path is not a directory', hint: elsewhere },
  EEXIST: { what: 'another file already exists at that path', hint: elsewhere },
  EISDIR: { what: 'the path is a directory, not a file', hint: () => 'Move that directory away, then try again.' },
  NOTAFILE: {
    what: 'one of its files is a directory, a pipe, a device or a file of another program',
    hint: () => 'Move that file away, then try again; nothing was deleted.',
  },
  ENXIO: { what: 'one of its files is a pipe', hint: () => 'Move that pipe away, then try again.' },
  ELOOP: { what: 'the path is a symbolic link', hint: () => 'Replace the link by the file itself, then try again.' },
  ENOLCK: { code: 'sessions-dir-unusable', what: 'its volume does not support locks', hint: withLocks },
  ENOTSUP: {
    code: 'sessions-dir-unusable',
    what: 'its volume does not support an operation that Wakey needs, such as locks',
    hint: withLocks,
  },
  EOPNOTSUPP: {
    code: 'sessions-dir-unusable',
    what: 'its volume does not support an operation that Wakey needs, such as locks',
    hint: withLocks,
  },
  ENOSYS: {
    code: 'sessions-dir-unusable',
    what: 'its volume does not support an operation that Wakey needs, such as locks',
    hint: withLocks,
  },
  ESTALE: {
    code: 'sessions-dir-unusable',
    what: 'the server of its volume no longer knows this file',
    hint: elsewhere,
  },
  ENAMETOOLONG: { what: 'the path is too long', hint: elsewhere },
};

/**
 * Returns the hint for a directory of another user. The hint never suggests to take over the root of a disk or a
 * directory of the system.
 */
export function takeOver(path: string): string {
  const uid = process.getuid?.();
  if (uid === undefined || path.split('/').filter(Boolean).length < 2) return elsewhere();
  return `Choose another directory; or, if it is meant for this user, run: sudo chown ${uid} ${quoted(path)}`;
}

function withLocks(): string {
  return 'Choose a directory on a local disk, or mount this volume with locks (NFS: version 4, without "nolock"). Nothing was changed.';
}

function elsewhere(): string {
  return 'Choose another directory.';
}

function makeRoom(): string {
  return 'Make room on that disk, then try again; nothing was deleted.';
}

/** Returns a path quoted for a shell. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
