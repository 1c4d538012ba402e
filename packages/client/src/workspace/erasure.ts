import type { Disk } from '@wakey/host';
import { trashProfile, trashQuarantine } from './profile.js';
import type { RecordChange, SessionRecord } from './record.js';
import type { SessionPaths } from './session-dir.js';

/** What a record without credentials lacks. */
export const unlinked = {
  linkedAt: undefined,
  lostAt: undefined,
  origin: undefined,
  me: undefined,
  restrictions: undefined,
  generation: 0,
  keptAt: undefined,
  proved: undefined,
  unproved: undefined,
  refused: undefined,
  recovery: undefined,
} as const satisfies RecordChange;

/** The second step of an erasure, also after a crash: everything in the profile goes, in one rename. */
export async function finishErasure(disk: Disk, paths: SessionPaths, record: SessionRecord, at: number): Promise<void> {
  if (record.erasingSince === undefined) return;
  await trashProfile(disk, paths, at);
  await trashQuarantine(disk, paths, at);
}
