import { isWakeyError, WakeyError } from '@wakey/core';
import { type FileLock, quoted } from '@wakey/host';

/**
 * Throws `session-unreadable` unless `directory` is still the directory whose lock this process holds. If the directory
 * was moved, removed or unmounted, something else may be at its path: a write would change files of another program, or
 * create a new directory without a login.
 */
export async function assertInPlace(lock: FileLock, directory: string): Promise<void> {
  const { is } = await lock.look();
  if (is !== 'current') throw gone(directory, is);
}

/** Whether the error reports that the session's directory is not at its path any more. */
export function isGone(error: unknown): error is WakeyError {
  return isWakeyError(error, 'session-unreadable') && error.details.isGone === true;
}

const facts = {
  elsewhere: {
    what: 'was moved, unmounted or replaced while this process ran the session',
    hint: 'The login is unchanged in the directory, wherever it is now, and Wakey writes nothing more to the old path. Move the directory back, or name its new path, then start again.',
  },
  removed: {
    what: 'was removed while this process ran the session',
    hint: 'Wakey writes nothing more to its path. Put the directory back from a copy, or start again: Wakey then restores a backup from the store, or links again if there is none.',
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
