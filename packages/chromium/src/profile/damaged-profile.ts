import { WakeyError } from '@wakey/core';
import { quoted } from '@wakey/host';

/** The error for a profile that is damaged while its browser runs. */
export function damagedProfile(profileDir: string, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile in ${quoted(profileDir)} is damaged: ${why}.`,
    hint: 'Stop the session and start it again, which restores a backup if there is one. The backups are unchanged.',
    details: { path: profileDir },
  });
}
