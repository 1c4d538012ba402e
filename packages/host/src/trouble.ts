import { type ErrorCode, isWakeyError, plainText, WakeyError } from '@wakey/core';

/**
 * Turns what the file system threw into an error that says what to do. `refused` is the code where the place itself is at
 * fault (its owner, its modes); a full, read-only or failing disk is `sessions-dir-unusable` whatever was being done.
 * A WakeyError passes unchanged.
 */
export function fileTrouble(refused: ErrorCode, doing: string, path: string, cause: unknown): WakeyError {
  if (isWakeyError(cause)) return cause;
  const name = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const known = Object.hasOwn(causes, name) ? causes[name] : undefined;
  return new WakeyError(known?.code ?? refused, {
    what: `Could not ${doing} ${quoted(path)}: ${known?.what ?? plainText(name, { most: 40 })}.`,
    hint: known?.hint(path) ?? 'Check the disk and the permissions of that place; nothing was deleted.',
    cause,
    details: { path, errno: name },
  });
}

interface Cause {
  /** Where the disk is at fault rather than the place. */
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
  ENOENT: { what: 'it, or the directory it belongs into, is not there and cannot be made', hint: elsewhere },
  ENOTDIR: { what: 'a part of that path is not a directory', hint: elsewhere },
  EEXIST: { what: 'something else is there', hint: elsewhere },
  EISDIR: { what: 'a directory is in its place', hint: () => 'Move it away, then try again.' },
  NOTAFILE: {
    what: 'a directory, a pipe, a device or a file of another program is in the place of one of its files',
    hint: () => 'Move that away, then try again; nothing was deleted.',
  },
  ENXIO: { what: 'a pipe is in the place of one of its files', hint: () => 'Move that away, then try again.' },
  ELOOP: { what: 'a symbolic link is in its place', hint: () => 'Put the file itself there, then try again.' },
  ENOLCK: { code: 'sessions-dir-unusable', what: 'its volume gives no locks', hint: withLocks },
  ENOTSUP: {
    code: 'sessions-dir-unusable',
    what: 'its volume cannot do what is needed, such as locks',
    hint: withLocks,
  },
  EOPNOTSUPP: {
    code: 'sessions-dir-unusable',
    what: 'its volume cannot do what is needed, such as locks',
    hint: withLocks,
  },
  ENOSYS: {
    code: 'sessions-dir-unusable',
    what: 'its volume cannot do what is needed, such as locks',
    hint: withLocks,
  },
  ESTALE: {
    code: 'sessions-dir-unusable',
    what: 'the server of its volume does not know it any more',
    hint: elsewhere,
  },
  ENAMETOOLONG: { what: 'the path is too long', hint: elsewhere },
};

/** What to do about a directory of somebody else's. Nobody is told to take over the root of a disk or a system's own directory. */
export function takeOver(path: string): string {
  const uid = process.getuid?.();
  if (uid === undefined || path.split('/').filter(Boolean).length < 2) return elsewhere();
  return `Choose another directory; or, where it is meant for this user, run: sudo chown ${uid} ${quoted(path)}`;
}

function withLocks(): string {
  return 'Choose a directory on a local disk; or mount this one with locks (NFS: version 4, without "nolock"). Nothing was changed.';
}

function elsewhere(): string {
  return 'Choose another directory.';
}

function makeRoom(): string {
  return 'Make room on that disk, then try again; nothing was deleted.';
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
