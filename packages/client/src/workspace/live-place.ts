import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { isWakeyError } from '@wakey/core';
import { type Disk, fileTrouble, syncDirectory, unlessAbsent } from '@wakey/host';
import { copyLiveProfile } from '../profile/copy-live.js';
import { inspectProfile } from '../profile/inspect-profile.js';
import type { WorkspaceFinding } from './finding.js';
import { markerMatches } from './live-marker.js';
import { bytesBelow, whyUnfit } from './live-room.js';
import {
  clearScratch,
  deleteTrash,
  ensureProfile,
  isProfileEmpty,
  openScratch,
  trashProfile,
  trashQuarantine,
} from './profile.js';
import type { SessionRecord } from './record.js';
import { isOwnDirectory, livePaths, openPrivateDirectory, type SessionPaths } from './session-dir.js';

/** Where the live profile of a session is for this owner. */
export interface LivePlace {
  /** The session's paths; those of the profile and of what is copied and put aside lead there. */
  readonly paths: SessionPaths;
  /** The directory in memory; `undefined` where the live profile is in the session's own directory. */
  readonly liveDir: string | undefined;
  /** Where the profile was before, and still is: to be erased once it is kept elsewhere. */
  readonly former: SessionPaths | undefined;
  readonly findings: readonly WorkspaceFinding[];
}

/** What is needed to choose. */
export interface LiveChoice {
  readonly record: SessionRecord | undefined;
  /** A memory-backed directory, where the live profile is not to touch the disk. */
  readonly memoryDir: string | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Decides where the live profile goes, and brings it there: from the disk into memory or back, as wanted. What is there is
 * copied, never moved: the former place is erased only once a generation is kept. A memory-backed directory that is not fit
 * leaves the profile on the disk, with a finding.
 */
export async function chooseLivePlace(disk: Disk, own: SessionPaths, choice: LiveChoice): Promise<LivePlace> {
  const { record, memoryDir } = choice;
  const { liveDir: wanted, unfit } =
    memoryDir === undefined ? noMemory : await openLiveDir(disk, own, memoryDir, record);
  const findings: WorkspaceFinding[] =
    memoryDir === undefined || unfit === undefined ? [] : [{ kind: 'memory-unfit', path: memoryDir, why: unfit }];
  const at = (liveDir: string | undefined) => (liveDir === undefined ? own : livePaths(own, liveDir));
  const paths = at(wanted);
  if (wanted !== undefined) await dropStale(disk, paths, wanted, record, choice.now());

  for (const dir of candidates(record, wanted)) {
    if (dir !== undefined && !((await isOwnLiveDir(disk, dir)) && (await markerMatches(disk, dir, record)))) continue;
    const place = at(dir);
    const found = await holdsLogin(place);
    if (found === 'empty') continue;
    if (dir === wanted) break;
    // One that cannot be copied whole is used where it is.
    if (found === 'damaged') return { paths: place, liveDir: dir, former: undefined, findings };
    const bringing = wanted === undefined ? bring : bringOrSayWhy;
    const full = await bringing(disk, place, paths, choice);
    if (full !== undefined && memoryDir !== undefined) {
      findings.push({ kind: 'memory-unfit', path: memoryDir, why: full });
      return { paths: place, liveDir: dir, former: undefined, findings };
    }
    findings.push({ kind: 'profile-moved', path: paths.profile, from: place.profile });
    return { paths, liveDir: wanted, former: place, findings };
  }
  return { paths, liveDir: wanted, former: await leftBehind(disk, own, wanted), findings };
}

/**
 * Copies the live profile from memory to the session's own directory, if it is sound. A damaged profile stays in memory: the
 * caller restores a backup in its place. Erases nothing in memory.
 */
export async function copyToDisk(
  disk: Disk,
  memory: SessionPaths,
  own: SessionPaths,
  clock: Pick<LiveChoice, 'now' | 'sleep'>,
): Promise<void> {
  if ((await holdsLogin(memory)) === 'intact') await bring(disk, memory, own, clock);
  else await ensureProfile(disk, own);
}

/** Why the live profile in `liveDir` cannot grow to so many bytes; `undefined` if it can. */
export async function whyTooLarge(disk: Disk, liveDir: string, profile: number): Promise<string | undefined> {
  const inMemory = await bytesBelow(disk, liveDir);
  return whyUnfit(disk, dirname(dirname(liveDir)), { profile, inMemory });
}

/** Erases a profile, with what is in quarantine beside it, from a place where it is not needed any more. */
export async function eraseFormer(disk: Disk, paths: SessionPaths, now: number): Promise<void> {
  await trashProfile(disk, paths, now);
  await trashQuarantine(disk, paths, now);
  await deleteTrash(disk, paths);
}

/** A profile where this owner does not use it: on the disk, or, by an owner before the last, in memory. */
async function leftBehind(
  disk: Disk,
  own: SessionPaths,
  wanted: string | undefined,
): Promise<SessionPaths | undefined> {
  if (wanted !== undefined) return (await isProfileEmpty(disk, own)) ? undefined : own;
  const { memoryDir } = disk.platform;
  if (memoryDir === undefined) return undefined;
  const liveDir = liveDirIn(disk, own, memoryDir);
  if (!(await isOwnLiveDir(disk, liveDir))) return undefined;
  const left = livePaths(own, liveDir);
  return (await isProfileEmpty(disk, left)) ? undefined : left;
}

/** Where the profile may be: first where it was used last, then where it is wanted, then in the session's directory. */
function candidates(record: SessionRecord | undefined, wanted: string | undefined): readonly (string | undefined)[] {
  return [...new Set([record?.liveDir, wanted, undefined])];
}

async function holdsLogin({ profile }: SessionPaths) {
  return (await inspectProfile(profile)).is;
}

/** A profile in memory that another owner, on another machine, has left behind by now. */
async function dropStale(
  disk: Disk,
  paths: SessionPaths,
  liveDir: string,
  record: SessionRecord | undefined,
  now: number,
): Promise<void> {
  await ensureProfile(disk, paths);
  if (await isProfileEmpty(disk, paths)) return;
  if (await markerMatches(disk, liveDir, record)) return;
  await eraseFormer(disk, paths, now);
}

async function bring(
  disk: Disk,
  from: SessionPaths,
  to: SessionPaths,
  { now, sleep }: Pick<LiveChoice, 'now' | 'sleep'>,
): Promise<void> {
  const scratch = await openScratch(disk, to);
  const clock = { now, set: (ms: number, run: () => void) => runAfter(sleep(ms), run) };
  await copyLiveProfile(from.profile, scratch, { clock });
  await trashProfile(disk, to, now());
  await unlessAbsent(disk.files.rmdir(to.profile));
  await disk.files.rename(scratch, to.profile);
  await syncDirectory(disk, join(to.profile, '..'));
  await clearScratch(disk, to);
}

/** Copies the profile into memory. Returns why memory is full, after removing the part that was copied. */
async function bringOrSayWhy(
  disk: Disk,
  from: SessionPaths,
  to: SessionPaths,
  clock: Pick<LiveChoice, 'now' | 'sleep'>,
): Promise<string | undefined> {
  try {
    await bring(disk, from, to, clock);
    return undefined;
  } catch (error) {
    if (!isWakeyError(error, 'sessions-dir-unusable')) throw error;
    await clearScratch(disk, to);
    return error.what;
  }
}

function runAfter(waited: Promise<void>, run: () => void): () => void {
  let isOff = false;
  void waited.then(() => {
    if (!isOff) run();
  });
  return () => {
    isOff = true;
  };
}

/**
 * Whether a directory in memory, and the one above it, are ours. After a restart of the machine neither is there, and whoever
 * makes one of that name could put a login of his own there, or take ours.
 */
export async function isOwnLiveDir(disk: Disk, liveDir: string): Promise<boolean> {
  return (
    isLiveDirName(disk, liveDir) &&
    (await isOwnDirectory(disk, dirname(liveDir))) &&
    (await isOwnDirectory(disk, liveDir))
  );
}

/** Whether a path from a record is one that `liveDirIn` makes: what is below it may be erased. */
function isLiveDirName({ platform }: Disk, liveDir: string): boolean {
  const parent = basename(dirname(liveDir));
  return parent === `wakey-${platform.uid ?? 0}` && /^[0-9a-f]{16}$/.test(basename(liveDir));
}

/** `<memory>/wakey-<uid>/<hash of the session's directory>`. */
function liveDirIn({ platform }: Disk, { directory }: SessionPaths, memoryDir: string): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(memoryDir, `wakey-${platform.uid ?? 0}`, hash);
}

/**
 * Makes that directory and the one above it, each private; or says why there can be none: anybody may write beside them, also
 * before us, and that must not keep the session from running.
 */
async function openLiveDir(
  disk: Disk,
  own: SessionPaths,
  memoryDir: string,
  record: SessionRecord | undefined,
): Promise<InMemory> {
  const liveDir = liveDirIn(disk, own, memoryDir);
  const inMemory = (await isOwnLiveDir(disk, liveDir)) ? await bytesBelow(disk, livePaths(own, liveDir).profile) : 0;
  const profile = Math.max(inMemory, await bytesBelow(disk, own.profile), record?.profileBytes ?? 0);
  const unfit = await whyUnfit(disk, memoryDir, { profile, inMemory });
  if (unfit !== undefined) return { liveDir: undefined, unfit };
  try {
    await openPrivateDirectory(disk, dirname(liveDir));
    await openPrivateDirectory(disk, liveDir);
    return { liveDir, unfit: undefined };
  } catch (error) {
    // The hint of this error does not apply: the profile goes elsewhere.
    return {
      liveDir: undefined,
      unfit: fileTrouble('session-unreadable', 'make a directory in', memoryDir, error).what,
    };
  }
}

/** A directory in memory, or why there is none. */
interface InMemory {
  readonly liveDir: string | undefined;
  readonly unfit: string | undefined;
}

const noMemory: InMemory = { liveDir: undefined, unfit: undefined };
