import type { Disk } from '@wakey/host';
import { trashProfile, trashQuarantine } from './profile.js';
import type { RecordChange, SessionRecord } from './record.js';
import type { SessionPaths } from './session-dir.js';

/**
 * The fields of a record that are cleared once no login and no usable backup is left. The refused backups stay
 * recorded.
 */
export const withoutLogin = {
  linkedAt: undefined,
  lostAt: undefined,
  origin: undefined,
  me: undefined,
  restrictions: undefined,
  generation: 0,
  keptAt: undefined,
  proved: undefined,
  unproved: undefined,
} as const satisfies RecordChange;

/** The fields of a record that are cleared once the login is erased. */
export const unlinked = { ...withoutLogin, refused: undefined, recovery: undefined } as const satisfies RecordChange;

/**
 * The second step of an erasure, also of one that a crash interrupted: one rename moves the whole profile to the trash.
 */
export async function finishErasure(disk: Disk, paths: SessionPaths, record: SessionRecord, at: number): Promise<void> {
  if (record.erasingSince === undefined) return;
  await trashProfile(disk, paths, at);
  await trashQuarantine(disk, paths, at);
}
