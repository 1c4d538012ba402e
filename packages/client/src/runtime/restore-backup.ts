import { join } from 'node:path';
import { applySegments, type BundleManifest, loginFactsOf } from '@wakey/bundle';
import {
  type Freshness,
  isKept,
  isWakeyError,
  type Outcome,
  type ProfileFollowing,
  type ProfileState,
  type RecoveryCause,
  WakeyError,
} from '@wakey/core';
import { contentOf } from '../profile/content-of.js';
import { unpackProfile } from '../profile/unpack-profile.js';
import { withoutLogin } from '../workspace/erasure.js';
import { type Followed, forgetFollowed, readFollowed } from '../workspace/followed.js';
import type { Workspace } from '../workspace/workspace.js';
import { PROFILE_ON_DISK } from './directory.js';
import { isNewer } from './judge.js';
import { untilNoBrowser } from './live-browser.js';
import type { SessionParts } from './parts.js';
import { refuseUnproved } from './refuse.js';
import { type Candidate, lastHolderOf, type Rung, rungBelow } from './rungs.js';
import type { Taken } from './store-quarantine.js';

/** What a restore needs. */
export interface RestoreContext extends Taken {
  readonly parts: SessionParts;
  readonly why: RecoveryCause;
  /** The rung that the recovery ladder reached last: only lower ones come next. Without it, the highest is next. */
  readonly rung: Rung | undefined;
  /** Called with each rung that the ladder reaches. */
  readonly onRung: (rung: Rung) => void;
  /** Called with the backup to which later changes of the restored profile can be appended; `undefined` for none. */
  readonly onRestored: (followed: Followed | undefined) => void;
  readonly signal: AbortSignal;
}

/** Replaces the live profile by the newest backup that was not tried yet. No save runs meanwhile. */
export async function restoreBackup(context: RestoreContext): Promise<Restored> {
  const { parts, workspace, why, onRung, signal } = context;
  const { store, id, clock, log } = parts;
  let { rung } = context;
  await untilNoBrowser(parts, workspace);
  await refuseUnproved(workspace, why, clock.now());
  const damaged: number[] = [];
  let trouble: WakeyError | undefined;
  // Log the damage only when a further backup is tried. Without one, the error that ends the session reports it.
  const logTrouble = () => {
    const generation = damaged.at(-1);
    if (trouble !== undefined) log('error', 'a backup is damaged', { generation, detail: trouble.message });
  };
  for (;;) {
    const candidate = store === undefined ? undefined : await rungBelow({ store, id, signal }, rung);
    if (store === undefined || candidate === undefined) break;
    const { generation, through } = candidate;
    // A stale profile is still better than a backup that is older than the profile.
    if (why === 'profile-stale') {
      const isNewest = isNewer(await lastHolderOf({ store, id, signal }, candidate.bundle), workspace.record());
      if (!isNewest || rung !== undefined) break;
    }
    // A profile that has lost its last changes is connected only with all of them: contacts could refuse what an older one sends.
    if (why === 'profile-behind' && (rung !== undefined || !candidate.isWhole))
      throw trouble ?? notWhole(candidate.damage);
    if (candidate.damage !== undefined) {
      const { message } = candidate.damage;
      log('error', 'the last changes of a backup are damaged', { generation, through, detail: message });
    }
    const unpacked = await unpackWhereItFits(context, candidate);
    rung = { generation, through };
    onRung(rung);
    if (isWakeyError(unpacked)) {
      logTrouble();
      damaged.push(generation);
      trouble = unpacked;
    } else if (why !== 'profile-stale' && why !== 'profile-behind' && isRefused(workspace, unpacked)) {
      log('warn', 'skipped a refused backup: it did not become ready when Wakey tried it', {
        generation,
        through,
      });
    } else {
      logTrouble();
      return { type: 'restored', damaged, ...(await adopt(context, unpacked, candidate)) } as const;
    }
  }
  if (why === 'profile-behind') throw trouble ?? notWhole();
  // WhatsApp accepts the login: what keeps the session from ready may pass, so the profile stays for the next start.
  if (why === 'never-ready') {
    logTrouble();
    return { type: 'nothing-to-restore', quarantine: null } as const;
  }
  // Backups exist and none could be used. That is an error, unlike a session without backups.
  if (trouble !== undefined) throw trouble;
  const quarantine = (await workspace.isProfileEmpty()) ? null : await workspace.quarantineProfile(why);
  await workspace.update({
    ...withoutLogin,
    recovery: { at: clock.now(), why, ...(quarantine === null ? {} : { quarantine }) },
  });
  return { type: 'nothing-to-restore', quarantine } as const;
}

/**
 * Unpacks a bundle beside the live profile. If that is in memory and memory has no room, first moves the live profile
 * to the disk.
 */
async function unpackWhereItFits(context: RestoreContext, candidate: Candidate): Promise<Unpacked | WakeyError> {
  const { workspace, signal } = context;
  const { store, id, log } = context.parts;
  const { generation } = candidate;
  let why: string | undefined;
  try {
    const unpacked = await unpack(context, candidate);
    why = isWakeyError(unpacked) ? undefined : await workspace.whyTooLarge(unpacked.profile);
    if (why === undefined) return unpacked;
  } catch (error) {
    if (!workspace.isInMemory || !isWakeyError(error, 'sessions-dir-unusable')) throw error;
    why = error.what;
  }
  log('warn', PROFILE_ON_DISK, { why });
  await workspace.leaveMemory();
  // Read the backup again: its bytes are a stream, which can be read only once.
  const bundle = await store?.read(id, { signal, before: generation + 1 });
  if (bundle?.generation !== generation) throw new Error(`backup ${generation} disappeared from the store`);
  return unpack(context, { ...candidate, bundle });
}

/**
 * Unpacks a bundle beside the profile and applies its segments. Returns the error of a damaged bundle, so that the caller
 * tries the next rung.
 */
async function unpack(
  { parts, workspace, signal }: RestoreContext,
  { bundle, generation, through, point, segments }: Candidate,
): Promise<Unpacked | WakeyError> {
  const format = parts.driver.profileFormat;
  if (format === undefined) throw new Error('the driver keeps no profile');
  try {
    const into = await workspace.openScratch();
    const manifest = await unpackProfile(bundle.bytes, into, format, { signal });
    const profile = join(into, 'profile');
    if (through > 0 && segments !== undefined) {
      const takes = (path: string) => isKept(format.parts, path);
      await applySegments(segments(), profile, { through, takes, signal });
      const found = await format.inspect(profile);
      if (found.is === 'damaged') throw unusable(generation, found.why);
    }
    const files = await format.following?.stateOf(profile, { signal });
    // The files may not have the count of the changes.
    const state = files && { ...files, commits: point?.commits ?? files.commits };
    return { manifest, profile, state, content: await contentOf(format, profile) };
  } catch (error) {
    await workspace.clearScratch();
    if (!isWakeyError(error, 'bundle-damaged') && !isWakeyError(error, 'store-unreadable')) throw error;
    return error;
  }
}

function unusable(generation: number, why: string): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `Backup ${generation} with its changes is no usable profile: ${why}.`,
    hint: 'Wakey tries the backup with fewer of its changes, and then older backups.',
    details: { generation },
  });
}

function notWhole(damage?: WakeyError): WakeyError {
  const why = damage?.what ?? 'The store does not have all of them any more.';
  return new WakeyError('store-unreadable', {
    what: `The disk lost the last changes of the profile, and the store cannot bring them back. ${why}`,
    hint: 'The profile was not touched. If another program changed the store, undo that. To go on with the newest state that the store can read, move the directory `profile` of this session away and start again; contacts may refuse messages until you link it again (`relink`).',
    cause: damage,
  });
}

/** The event of a restore that came to an end. */
type Restored = Extract<Outcome, { readonly type: 'restored' | 'nothing-to-restore' }>;

interface Unpacked {
  readonly manifest: BundleManifest;
  /** The path of the unpacked profile. */
  readonly profile: string;
  /** Its state; `undefined` if the format cannot follow profiles. */
  readonly state: ProfileState | undefined;
  readonly content: string;
}

/**
 * Whether a backup with this content was refused. A newer backup of another holder has other content: it was ready
 * there.
 */
function isRefused(workspace: Workspace, { content }: Unpacked): boolean {
  return workspace.record().refused?.some((one) => one.content === content) === true;
}

/** Makes the unpacked profile the live profile and records its rung. Returns which backup it is, and how old. */
async function adopt(
  { parts: { clock, store, driver }, workspace, lease, why, onRestored }: RestoreContext,
  { manifest, profile, content, state }: Unpacked,
  candidate: Candidate,
): Promise<Omit<Restored & { readonly type: 'restored' }, 'type' | 'damaged'>> {
  const { me, profileFormat, createdAt } = manifest;
  const { generation, through } = candidate;
  const { recovery, generation: newest } = workspace.record();
  const isSame = recovery?.generation === generation && (recovery.through ?? 0) === through;
  const isAgain = isSame && newest <= generation && why !== 'profile-packed';
  const at = candidate.point?.at ?? createdAt;
  const counts = driver.profileFormat?.following?.counts;
  const freshness = await freshnessOf({ workspace, why, now: clock.now(), at, state, counts }, candidate);
  const quarantine = await workspace.replaceProfile(profile, why);
  await workspace.clearScratch();
  await workspace.update({
    generation,
    unproved: { generation, content },
    keptAt: at,
    // The account and the format of the former profile are not those of this one.
    ...{ me, profileFormat, linkedAt: clock.now() },
    ...loginFactsOf(manifest),
    lostAt: undefined,
    ...(why === 'profile-packed' ? {} : { recovery: recoveryOf(clock.now(), why, candidate, quarantine) }),
  });
  // Record the fence only now: after a crash before this line, the next start must restore the packed profile again.
  await workspace.useUnder(lease?.lease.fence);
  const { lastSum: last } = candidate;
  const ofStore = { baseBytes: 0, segmentBytes: 0, ...(last === undefined ? {} : { last }) };
  const isFollowed = candidate.isLast && state !== undefined && store !== undefined;
  // The ladder records no step for this cause, so that nothing else says that the profile is an earlier one on purpose.
  if (!isFollowed && why === 'profile-packed') await forgetFollowed(workspace.directory);
  onRestored(isFollowed ? { store: store.name, generation, number: through, at, state, ...ofStore } : undefined);
  return { generation, quarantine: quarantine ?? null, isAgain, ...freshness };
}

function recoveryOf(at: number, why: RecoveryCause, { generation, through }: Rung, quarantine: string | undefined) {
  return {
    ...{ at, why, generation },
    ...(through === 0 ? {} : { through }),
    ...(quarantine === undefined ? {} : { quarantine }),
  };
}

/** How old the restored profile is. */
async function freshnessOf(
  { workspace, why, now, at, state, counts }: Age,
  { generation, isLast, isWhole }: Candidate,
): Promise<Freshness> {
  // The last stop saved the profile before it erased it.
  if (why === 'profile-packed' && isLast) return { from: 'live', age: 0, missing: 0 };
  const known = await readFollowed(workspace.directory);
  // The record of another machine, or of an earlier login, says nothing about this backup.
  const isLater = known !== undefined && known.generation > generation;
  const isComparable = known?.generation === generation || (isLater && counts !== 'backup');
  const missing = isComparable && state !== undefined ? Math.max(0, known.state.commits - state.commits) : null;
  const from = isWhole && !isLater && (missing ?? 0) === 0 ? 'newest' : 'older';
  return { from, age: Math.max(0, now - at), missing };
}

/** The facts about a restored profile from which its age follows. */
interface Age {
  readonly workspace: Workspace;
  readonly why: RecoveryCause;
  readonly now: number;
  /** When the profile was in its state, in ms since 1970. */
  readonly at: number;
  readonly state: ProfileState | undefined;
  readonly counts: ProfileFollowing['counts'];
}
