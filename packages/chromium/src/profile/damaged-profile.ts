import type { BigIntStats } from 'node:fs';
import { WakeyError } from '@wakey/core';
import { identityOf, quoted } from '@wakey/host';

/**
 * Which files were read, with their sizes and times of change from before. A browser only appends to them, so between two
 * readings with the same result nothing was written.
 */
export function seenIn(stats: readonly BigIntStats[]): string {
  return stats.map((stat) => `${identityOf(stat)}:${stat.size}:${stat.mtimeNs}`).join(' ');
}

/** The error for a profile that is damaged while its browser runs. */
export function damagedProfile(profileDir: string, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile in ${quoted(profileDir)} is damaged: ${why}.`,
    hint: 'Stop the session and start it again, which restores a backup if there is one. The backups are unchanged.',
    details: { path: profileDir },
  });
}
