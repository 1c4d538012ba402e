import { join } from 'node:path';
import { type BundleManifest, loginFactsOf } from '@wakey/bundle';
import {
  isWakeyError,
  type Outcome,
  type RecoveryCause,
  type SessionStore,
  type StoredBundle,
  type WakeyError,
} from '@wakey/core';
import { contentOf } from '../profile/content-of.js';
import { unpackProfile } from '../profile/unpack-profile.js';
import { withoutLogin } from '../workspace/erasure.js';
import type { Workspace } from '../workspace/workspace.js';
import { PROFILE_ON_DISK } from './directory.js';
import { isNewer } from './judge.js';
import { untilNoBrowser } from './live-browser.js';
import type { SessionParts } from './parts.js';
import { refuseUnproved } from './refuse.js';
import type { Taken } from './store-quarantine.js';

/** What a restore needs. */
export interface RestoreContext extends Taken {
  readonly parts: SessionParts;
  readonly why: RecoveryCause;
  /** The backup that the recovery ladder reached last: only older backups come next. Without it, the newest is next. */
  readonly rung: number | undefined;
  /** Called with each backup that the ladder reaches. */
  readonly onRung: (generation: number) => void;
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
    const bundle = await newestBelow(store, id, rung, signal);
    if (bundle === undefined) break;
    // A stale profile is still better than a backup that is older than the profile.
    if (why === 'profile-stale' && !isNewer(bundle, workspace.record())) break;
    const { unpacked, generation } = await unpackWhereItFits(context, bundle);
    rung = generation;
    onRung(generation);
    if (isWakeyError(unpacked)) {
      logTrouble();
      damaged.push(generation);
      trouble = unpacked;
    } else if (why !== 'profile-stale' && isRefused(workspace, unpacked)) {
      log('warn', 'skipped a refused backup: it did not become ready when Wakey tried it', {
        generation,
      });
    } else {
      logTrouble();
      const quarantine = await adopt(context, unpacked, generation);
      return { type: 'restored', generation, quarantine, damaged } as const;
    }
  }
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

async function newestBelow(
  store: SessionStore | undefined,
  id: string,
  before: number | undefined,
  signal: AbortSignal,
): Promise<StoredBundle | undefined> {
  return store?.read(id, { signal, ...(before === undefined ? {} : { before }) });
}

/**
 * Unpacks a bundle beside the live profile. If that is in memory and memory has no room, first moves the live profile
 * to the disk.
 */
async function unpackWhereItFits(context: RestoreContext, bundle: StoredBundle) {
  const { workspace, signal } = context;
  const { store, id, log } = context.parts;
  const { generation } = bundle;
  let why: string | undefined;
  try {
    const unpacked = await unpack(context, bundle);
    why = isWakeyError(unpacked) ? undefined : await workspace.whyTooLarge(unpacked.profile);
    if (why === undefined) return { unpacked, generation };
  } catch (error) {
    if (!workspace.isInMemory || !isWakeyError(error, 'sessions-dir-unusable')) throw error;
    why = error.what;
  }
  log('warn', PROFILE_ON_DISK, { why });
  await workspace.leaveMemory();
  // Read the backup again: its bytes are a stream, which can be read only once.
  const again = await newestBelow(store, id, generation + 1, signal);
  if (again === undefined) throw new Error(`backup ${generation} disappeared from the store`);
  return { unpacked: await unpack(context, again), generation: again.generation };
}

/**
 * Unpacks a bundle beside the profile. Returns the error of a damaged bundle, so that the caller tries the next older
 * backup.
 */
async function unpack(
  { parts, workspace, signal }: RestoreContext,
  bundle: StoredBundle,
): Promise<Unpacked | WakeyError> {
  const format = parts.driver.profileFormat;
  if (format === undefined) throw new Error('the driver keeps no profile');
  try {
    const into = await workspace.openScratch();
    const manifest = await unpackProfile(bundle.bytes, into, format, { signal });
    const profile = join(into, 'profile');
    return { manifest, profile, content: await contentOf(format, profile) };
  } catch (error) {
    await workspace.clearScratch();
    if (!isWakeyError(error, 'bundle-damaged') && !isWakeyError(error, 'store-unreadable')) throw error;
    return error;
  }
}

/** The event of a restore that came to an end. */
type Restored = Extract<Outcome, { readonly type: 'restored' | 'nothing-to-restore' }>;

interface Unpacked {
  readonly manifest: BundleManifest;
  /** The path of the unpacked profile. */
  readonly profile: string;
  readonly content: string;
}

/**
 * Whether a backup with this content was refused. A newer backup of another holder has other content: it was ready
 * there.
 */
function isRefused(workspace: Workspace, { content }: Unpacked): boolean {
  return workspace.record().refused?.some((one) => one.content === content) === true;
}

/** Makes the unpacked profile the live profile and records its generation. */
async function adopt(
  { parts: { clock }, workspace, lease, why }: RestoreContext,
  { manifest, profile, content }: Unpacked,
  generation: number,
): Promise<string | null> {
  const { me, profileFormat, createdAt } = manifest;
  const quarantine = await workspace.replaceProfile(profile, why);
  await workspace.clearScratch();
  await workspace.update({
    generation,
    unproved: { generation, content },
    keptAt: createdAt,
    // The account and the format of the former profile are not those of this one.
    ...{ me, profileFormat, linkedAt: clock.now() },
    ...loginFactsOf(manifest),
    lostAt: undefined,
    ...(why === 'profile-packed' ? {} : { recovery: recoveryOf(clock.now(), why, generation, quarantine) }),
  });
  // Record the fence only now: after a crash before this line, the next start must restore the packed profile again.
  await workspace.useUnder(lease?.lease.fence);
  return quarantine ?? null;
}

function recoveryOf(at: number, why: RecoveryCause, generation: number, quarantine: string | undefined) {
  return { at, why, generation, ...(quarantine === undefined ? {} : { quarantine }) };
}
