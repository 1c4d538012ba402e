import {
  isWakeyError,
  type Outcome,
  type ProfileFormat,
  type RecoveryCause,
  type StoredBundle,
  type WakeyError,
} from '@wakey/core';
import type { SessionRecord } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';
import { proofIn } from './kept.js';
import type { SessionParts } from './parts.js';
import { type LastHolder, lastHolderOf } from './rungs.js';
import type { Taken } from './store-quarantine.js';

/** What the run starts from: the live profile or a backup. */
export type Verdict = Omit<Extract<Outcome, { readonly type: 'workspace-opened' }>, 'type'>;

/** Inspects the live profile and the newest backup, and decides from which of them the session starts. */
export async function judge(
  parts: SessionParts,
  { workspace, lease }: Taken,
  /** Whether this run erases the session's data first, so that none of that data has to be readable. */
  isFresh: () => boolean,
  signal: AbortSignal,
): Promise<Verdict> {
  const { linkedAt, origin } = workspace.record();
  // Do not inspect a profile of another site: it seems to hold no login, so good backups would replace it.
  if (linkedAt !== undefined && isElsewhere(parts, origin))
    return { linked: true, canRestore: false, linkedAt: origin };
  const { profileFormat } = parts.driver;
  if (profileFormat === undefined) return { linked: linkedAt !== undefined, canRestore: false };
  const { kept, trouble } = await newestKept(parts, isFresh, signal);
  if (kept !== undefined && kept !== 'unknown') {
    // On another machine, or if the record was lost, only the backup names the site to which the login belongs.
    const keptOrigin = kept.metadata.origin;
    if ((linkedAt === undefined || origin === undefined) && isElsewhere(parts, keptOrigin))
      return { linked: true, canRestore: false, linkedAt: keptOrigin };
    await learnProof(workspace, kept);
  }
  const isLinked = linkedAt !== undefined || kept !== undefined;
  // Without a backup to restore, the session starts even on a damaged profile.
  const recover = kept === undefined ? undefined : await faultOf(parts, profileFormat, workspace, kept, signal);
  // Log only if the profile is good: otherwise the restore reads the store again, and its error ends the session.
  if (recover === undefined && trouble !== undefined) {
    parts.log('error', 'the backups cannot be read', { detail: trouble.message });
  }
  // Record the lease's fence, so that backups of earlier leases do not count as newer than this profile. Do not record
  // it if a restore replaces the profile, or if the store could not be read: another holder may have saved a newer
  // backup there. The next save then records the fence.
  if (recover === undefined) await workspace.useUnder(kept === 'unknown' ? undefined : lease?.lease.fence);
  return { linked: isLinked, canRestore: kept !== undefined, ...(recover === undefined ? {} : { recover }) };
}

/**
 * Whether a login of this origin belongs to another site than the page of this session. False if an origin is unknown.
 */
function isElsewhere({ page }: SessionParts, origin: string | undefined): origin is string {
  return origin !== undefined && page.origin !== undefined && origin !== page.origin;
}

/**
 * Reads the newest backup. Returns `unknown` if the store cannot be read, so that a session with a good profile still
 * starts.
 */
async function newestKept(
  { store, id, warn }: SessionParts,
  isFresh: () => boolean,
  signal: AbortSignal,
): Promise<Newest> {
  try {
    return { kept: await store?.read(id, { signal }) };
  } catch (error) {
    if (isFresh() && isWakeyError(error, 'wrong-key')) {
      warn(
        `The backups of session "${id}" are encrypted, and none of the given keys opens them: relink erases them unread.`,
      );
      return { kept: 'unknown' };
    }
    if (!isWakeyError(error, 'store-unreadable')) throw error;
    return { kept: 'unknown', trouble: error };
  }
}

/** The newest backup. `trouble` is the reason why it is unknown, if the user was not warned of it yet. */
interface Newest {
  readonly kept: StoredBundle | 'unknown' | undefined;
  readonly trouble?: WakeyError;
}

/**
 * Copies the proof from the newest backup into the record if that backup is newer than the record. The record can lack
 * the proof if the record was lost or the session ran on another machine; and `wakey keys rotate` writes the proved
 * backup again, under a new generation.
 */
async function learnProof(workspace: Workspace, kept: StoredBundle): Promise<void> {
  const proved = proofIn(kept);
  const known = workspace.record();
  if (proved === undefined || proved.generation === known.proved?.generation) return;
  if (known.proved === undefined || kept.generation > known.generation) await workspace.update({ proved });
}

async function faultOf(
  { log, store, id }: SessionParts,
  format: ProfileFormat,
  workspace: Workspace,
  kept: StoredBundle | 'unknown',
  signal: AbortSignal,
): Promise<RecoveryCause | undefined> {
  const found = await format.inspect(workspace.profileDir);
  if (found.is === 'empty') return workspace.record().isPacked === true ? 'profile-packed' : 'profile-missing';
  if (found.is === 'damaged') {
    log('error', 'the profile is damaged', { why: found.why });
    return 'profile-damaged';
  }
  if (kept === 'unknown' || store === undefined) return undefined;
  const last = await lastHolderOf({ store, id, signal }, kept);
  return isNewer(last, workspace.record()) ? 'profile-stale' : undefined;
}

/**
 * Whether a backup is newer than the live profile: its last holder's fence is greater than that of every lease under which the
 * profile was used, and it was written after the session was last ready. Fences only grow within one store; another store
 * counts from the start again, so there only the time decides.
 */
export function isNewer(last: LastHolder, { fence = 0, lastReadyAt = 0 }: SessionRecord): boolean {
  return last.fence > fence && !(last.at <= lastReadyAt);
}
