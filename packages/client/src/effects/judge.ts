import { isWakeyError, type Outcome, type RecoveryCause, type StoredBundle, type WakeyError } from '@wakey/core';
import { inspectProfile } from '../profile/inspect-profile.js';
import type { SessionRecord } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';
import type { EffectContext } from './context.js';
import { fenceOf, proofIn } from './kept.js';

/** What there is to begin with. */
export type Verdict = Omit<Extract<Outcome, { readonly type: 'workspace-opened' }>, 'type'>;

/** Looks at the live profile and at the newest kept generation, and says which of them the session begins with. */
export async function judge(context: EffectContext, workspace: Workspace, signal: AbortSignal): Promise<Verdict> {
  const { linkedAt, origin } = workspace.record();
  // Another site's profile is not looked at: it would seem to hold no login, and good backups would take its place.
  if (linkedAt !== undefined && isElsewhere(context, origin))
    return { linked: true, canRestore: false, linkedAt: origin };
  if (!context.driver.capabilities.persistentProfile.supported) {
    return { linked: linkedAt !== undefined, canRestore: false };
  }
  const { kept, trouble } = await newestKept(context, signal);
  if (kept !== undefined && kept !== 'unknown') {
    // On another machine, or where the record is lost, the backup alone knows where the login belongs.
    const keptOrigin = kept.metadata.origin;
    if ((linkedAt === undefined || origin === undefined) && isElsewhere(context, keptOrigin))
      return { linked: true, canRestore: false, linkedAt: keptOrigin };
    await learnProof(workspace, kept);
  }
  const isLinked = linkedAt !== undefined || kept !== undefined;
  // With nothing to put in its place even a doubtful profile is the best there is.
  const recover = kept === undefined ? undefined : await faultOf(context, workspace, kept);
  // Where the profile is no good either, the restore that follows reads again, and its failure ends the session in these words.
  if (recover === undefined && trouble !== undefined) {
    context.log('error', 'what is kept cannot be read', { detail: trouble.message });
  }
  // From now on the profile is as new as this lease. One that is going to be replaced is not, nor is one of which nobody can
  // tell whether another owner has kept a newer one: that is known again once it has itself been kept.
  if (recover === undefined) await workspace.useUnder(kept === 'unknown' ? undefined : context.held.lease?.lease.fence);
  return { linked: isLinked, canRestore: kept !== undefined, ...(recover === undefined ? {} : { recover }) };
}

/** Whether a login of this origin belongs to another page than the one that is opened. An unknown origin is not elsewhere. */
function isElsewhere({ page }: EffectContext, origin: string | undefined): origin is string {
  return origin !== undefined && page.origin !== undefined && origin !== page.origin;
}

/** A place that cannot be read now does not keep a sound profile from running: nothing is concluded from it. */
async function newestKept({ store, id, isFresh, warn }: EffectContext, signal: AbortSignal): Promise<Newest> {
  try {
    return { kept: await store?.read(id, { signal }) };
  } catch (error) {
    if (isFresh() && isWakeyError(error, 'wrong-key')) {
      warn(
        `What is kept of session "${id}" is encrypted, and no key that was given opens it: relink erases it unread.`,
      );
      return { kept: 'unknown' };
    }
    if (!isWakeyError(error, 'store-unreadable')) throw error;
    return { kept: 'unknown', trouble: error };
  }
}

/** The newest kept generation. `trouble`: why it is unknown, where nobody was told of it yet. */
interface Newest {
  readonly kept: StoredBundle | 'unknown' | undefined;
  readonly trouble?: WakeyError;
}

/**
 * A record that was lost, or another machine's, does not know the proof, and after `wakey keys rotate` the proved generation has
 * another number. A generation that is newer than the record knows it.
 */
async function learnProof(workspace: Workspace, kept: StoredBundle): Promise<void> {
  const proved = proofIn(kept);
  const known = workspace.record();
  if (proved === undefined || proved.generation === known.proved?.generation) return;
  if (known.proved === undefined || kept.generation > known.generation) await workspace.update({ proved });
}

async function faultOf(
  { log }: EffectContext,
  workspace: Workspace,
  kept: StoredBundle | 'unknown',
): Promise<RecoveryCause | undefined> {
  const found = await inspectProfile(workspace.profileDir);
  if (found.is === 'empty') return workspace.record().isPacked === true ? 'profile-packed' : 'profile-missing';
  if (found.is === 'damaged') {
    log('error', 'the profile is damaged', { why: found.why });
    return 'profile-damaged';
  }
  return kept !== 'unknown' && isNewer(kept, workspace.record()) ? 'profile-stale' : undefined;
}

/**
 * Whether a generation is newer than the live profile: written under a later lease than any that the profile was used under,
 * and after it was last ready. Fences of one store only grow; those of another begin anew, and there the time tells.
 */
export function isNewer(kept: StoredBundle, { fence = 0, lastReadyAt = 0 }: SessionRecord): boolean {
  const createdAt = Number(kept.metadata.createdAt ?? Number.NaN);
  return (fenceOf(kept) ?? 0) > fence && !(createdAt <= lastReadyAt);
}
