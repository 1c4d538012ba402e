import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { isWakeyError, type ProfileFormat } from '@wakey/core';
import { type Disk, fileTrouble, isOwnDirectory, openPrivateDirectory, syncDirectory, unlessAbsent } from '@wakey/host';
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
import { livePaths, type SessionPaths } from './session-dir.js';

/** Where the live profile of a session is while this process holds the session: on the disk or in memory. */
export interface LivePlace {
  /** The paths of the session. The profile, the copies and the quarantine are on the disk or in memory. */
  readonly paths: SessionPaths;
  /** The directory in memory; `undefined` if the live profile is in the session's own directory. */
  readonly liveDir: string | undefined;
  /**
   * The paths of the profile from which the live profile was copied. Wakey erases that profile once there is a backup.
   */
  readonly former: SessionPaths | undefined;
  readonly findings: readonly WorkspaceFinding[];
}

/** The facts by which `chooseLivePlace` decides. */
export interface LiveChoice {
  readonly record: SessionRecord | undefined;
  /** `undefined` if the driver’s browser keeps no profile: the profile of another driver then stays where it is. */
  readonly format: ProfileFormat | undefined;
  /** A memory-backed directory for the live profile; `undefined`: the profile is on the disk. */
  readonly memoryDir: string | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Decides whether the live profile is on the disk or in memory, and copies it there if it is not there yet. Leaves the
 * original where it was until there is a backup. If the memory-backed directory has too little room, the profile stays
 * on the disk, and a finding reports that.
 */
export async function chooseLivePlace(disk: Disk, own: SessionPaths, choice: LiveChoice): Promise<LivePlace> {
  const { record, format, memoryDir } = choice;
  if (format === undefined) return lastPlace(disk, own, record);
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
    const found = await holdsLogin(format, place);
    if (found === 'empty') continue;
    if (dir === wanted) break;
    // A damaged profile cannot be copied completely, so use it where it is.
    if (found === 'damaged') return { paths: place, liveDir: dir, former: undefined, findings };
    const bringing = wanted === undefined ? bring : bringOrSayWhy;
    const full = await bringing(disk, place, paths, { ...choice, format });
    if (full !== undefined && memoryDir !== undefined) {
      findings.push({ kind: 'memory-unfit', path: memoryDir, why: full });
      return { paths: place, liveDir: dir, former: undefined, findings };
    }
    findings.push({ kind: 'profile-moved', path: paths.profile, from: place.profile });
    return { paths, liveDir: wanted, former: place, findings };
  }
  return { paths, liveDir: wanted, former: await leftBehind(disk, own, wanted), findings };
}

/** The place where the last holder used the profile, also if the profile there is empty or damaged. */
async function lastPlace(disk: Disk, own: SessionPaths, record: SessionRecord | undefined): Promise<LivePlace> {
  const dir = record?.liveDir;
  const isThere = dir !== undefined && (await isOwnLiveDir(disk, dir)) && (await markerMatches(disk, dir, record));
  return {
    paths: isThere ? livePaths(own, dir) : own,
    liveDir: isThere ? dir : undefined,
    former: undefined,
    findings: [],
  };
}

/** The clock and the profile format for a copy of the live profile. */
interface CopyTools extends Pick<LiveChoice, 'now' | 'sleep'> {
  readonly format: ProfileFormat;
}

/** The paths at which a browser of an earlier holder may run: the session's own profile, and the one in memory. */
export async function profilesOf(
  disk: Disk,
  own: SessionPaths,
  record: SessionRecord | undefined,
): Promise<readonly string[]> {
  const dir = record?.liveDir;
  if (dir === undefined || !(await isOwnLiveDir(disk, dir))) return [own.profile];
  return [own.profile, livePaths(own, dir).profile];
}

/**
 * Copies the live profile from memory to the session's own directory, if it is intact. A damaged profile stays in
 * memory, and the caller restores a backup to the disk. Erases nothing in memory.
 */
export async function copyToDisk(disk: Disk, memory: SessionPaths, own: SessionPaths, tools: CopyTools): Promise<void> {
  if ((await holdsLogin(tools.format, memory)) === 'intact') await bring(disk, memory, own, tools);
  else await ensureProfile(disk, own);
}

/** Why the live profile in `liveDir` has no room to grow to `profile` bytes; `undefined` if it has. */
export async function whyTooLarge(disk: Disk, liveDir: string, profile: number): Promise<string | undefined> {
  const inMemory = await bytesBelow(disk, liveDir);
  return whyUnfit(disk, dirname(dirname(liveDir)), { profile, inMemory });
}

/** Erases a profile that no process needs any more, and the quarantine beside it. */
export async function eraseFormer(disk: Disk, paths: SessionPaths, now: number): Promise<void> {
  await trashProfile(disk, paths, now);
  await trashQuarantine(disk, paths, now);
  await deleteTrash(disk, paths);
}

/** A profile that this process does not use: on the disk, or in memory, where an earlier holder left it. */
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

/** The places where the profile may be: first the last used one, then the wanted one, then the session's directory. */
function candidates(record: SessionRecord | undefined, wanted: string | undefined): readonly (string | undefined)[] {
  return [...new Set([record?.liveDir, wanted, undefined])];
}

async function holdsLogin(format: ProfileFormat, { profile }: SessionPaths) {
  return (await format.inspect(profile)).is;
}

/** Erases a profile in memory that is out of date, because a process on another machine has used the session since. */
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
  { format, now, sleep }: CopyTools,
): Promise<void> {
  const scratch = await openScratch(disk, to);
  const clock = { now, set: (ms: number, run: () => void) => runAfter(sleep(ms), run) };
  await format.copyLive(from.profile, scratch, { clock });
  await trashProfile(disk, to, now());
  await unlessAbsent(disk.files.rmdir(to.profile));
  await disk.files.rename(scratch, to.profile);
  await syncDirectory(disk, join(to.profile, '..'));
  await clearScratch(disk, to);
}

/** Copies the profile into memory. If memory is full, removes the copied part and returns the error's text. */
async function bringOrSayWhy(
  disk: Disk,
  from: SessionPaths,
  to: SessionPaths,
  tools: CopyTools,
): Promise<string | undefined> {
  try {
    await bring(disk, from, to, tools);
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
 * Whether a directory in memory and its parent belong to this user. After a restart of the machine, both directories
 * are gone. Another user who creates them could put another login there, or read this session's login.
 */
export async function isOwnLiveDir(disk: Disk, liveDir: string): Promise<boolean> {
  return (
    isLiveDirName(disk, liveDir) &&
    (await isOwnDirectory(disk, dirname(liveDir))) &&
    (await isOwnDirectory(disk, liveDir))
  );
}

/** Whether `liveDirIn` could have made this path. Wakey erases the content of no other path that a record names. */
function isLiveDirName({ platform }: Disk, liveDir: string): boolean {
  const parent = basename(dirname(liveDir));
  return parent === `wakey-${platform.uid ?? 0}` && /^[0-9a-f]{16}$/.test(basename(liveDir));
}

/** The directory of a session in memory: `<memory>/wakey-<uid>/<hash of the session's directory>`. */
function liveDirIn({ platform }: Disk, { directory }: SessionPaths, memoryDir: string): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(memoryDir, `wakey-${platform.uid ?? 0}`, hash);
}

/**
 * Creates the session's directory in memory and its parent, both private, or returns why it cannot: another user may
 * have created them first. That must not stop the session, whose profile is then on the disk.
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
    // Drop the hint of this error: the user need not do anything, because the profile goes to the disk.
    return {
      liveDir: undefined,
      unfit: fileTrouble('session-unreadable', 'create a directory in', memoryDir, error).what,
    };
  }
}

/** A directory in memory, or the reason why there is none. */
interface InMemory {
  readonly liveDir: string | undefined;
  readonly unfit: string | undefined;
}

const noMemory: InMemory = { liveDir: undefined, unfit: undefined };
