import { isWakeyError, WakeyError } from '@wakey/core';
import { type FileLock, quoted } from '@wakey/host';

/**
 * Throws `session-unreadable` unless `directory` is still the one whose lock is held. It may have been moved, removed or
 * unmounted, and something else may be in its place: whatever is written by its path then goes to a stranger, or comes back
 * as a skeleton that holds no login.
 */
export async function assertInPlace(lock: FileLock, directory: string): Promise<void> {
  const { is } = await lock.look();
  if (is !== 'current') throw gone(directory, is);
}

/** Whether an error says that the session's directory is not where it was. */
export function isGone(error: unknown): error is WakeyError {
  return isWakeyError(error, 'session-unreadable') && error.details.isGone === true;
}

const facts = {
  elsewhere: {
    what: 'was moved, unmounted or replaced while this process ran the session',
    hint: 'The login is untouched where the directory is now, and nothing more is written to its old path. Bring the directory back, or name its new place, then start again.',
  },
  removed: {
    what: 'was removed while this process ran the session',
    hint: 'Nothing more is written to its path. Restore it from a backup, or start again, which links anew where nothing is kept elsewhere.',
  },
} as const;

function gone(directory: string, is: keyof typeof facts): WakeyError {
  const { what, hint } = facts[is];
  return new WakeyError('session-unreadable', {
    what: `The session’s directory ${quoted(directory)} ${what}.`,
    hint,
    details: { path: directory, isGone: true },
  });
}
