import { dirname, join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { type Disk, isFileError, openPrivateDirectory, syncDirectory, unlessAbsent } from '@wakey/host';
import type { SessionPaths } from './session-dir.js';

/** The result of deleting the trash. The next opening of the session tries again to delete remaining files. */
export type Deletion =
  | { readonly done: true }
  | { readonly done: false; readonly path: string; readonly cause: unknown };

/** Whether the profile's directory has no entries. */
export async function isProfileEmpty({ files }: Disk, paths: SessionPaths): Promise<boolean> {
  return ((await unlessAbsent(files.readdir(paths.profile))) ?? []).length === 0;
}

/**
 * Moves the whole profile to `quarantine/<time>-<reason>`, creates an empty one, and returns the path in quarantine. After a
 * crash the profile is whole in one of the two places.
 */
export async function quarantineProfile(disk: Disk, paths: SessionPaths, at: number, reason: string): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(reason) || reason.length > 60) {
    throw new WakeyError('invalid-argument', {
      what: 'A reason for quarantine is at most 60 lower-case letters, digits and dashes.',
      hint: 'Use a reason such as "will-not-load".',
    });
  }
  const time = new Date(at).toISOString().replace(/[:.]/g, '-');
  return moveAway(disk, paths, paths.quarantine, `${time}-${reason}`);
}

/** Moves the whole profile to the trash, creates an empty one, and returns the path in the trash. `deleteTrash` follows. */
export function trashProfile(disk: Disk, paths: SessionPaths, at: number): Promise<string> {
  return moveAway(disk, paths, paths.trash, String(at));
}

/**
 * Replaces the profile by a directory. Moves the former profile to quarantine, unless it is empty, and returns its path
 * there. A crash in between leaves no profile, which the next start notices, and never a mixture of both.
 */
export async function replaceProfile(
  disk: Disk,
  paths: SessionPaths,
  from: string,
  at: number,
  reason: string,
): Promise<string | undefined> {
  const quarantine = (await isProfileEmpty(disk, paths)) ? undefined : await quarantineProfile(disk, paths, at, reason);
  await unlessAbsent(disk.files.rmdir(paths.profile));
  await disk.files.rename(from, paths.profile);
  await syncDirectory(disk, dirname(paths.profile));
  return quarantine;
}

/** Creates an empty private directory for copies. Files of an earlier call go to the trash. */
export async function openScratch(disk: Disk, paths: SessionPaths): Promise<string> {
  await clearScratch(disk, paths);
  await openPrivateDirectory(disk, paths.scratch);
  return paths.scratch;
}

/** Removes the directory for copies. The next opening of the session deletes files that could not be deleted now. */
export async function clearScratch(disk: Disk, paths: SessionPaths): Promise<void> {
  await trashScratch(disk, paths);
  await deleteTrash(disk, paths);
}

/** Moves the directory for copies to the trash, if it exists. */
export async function trashScratch(disk: Disk, paths: SessionPaths): Promise<void> {
  if ((await unlessAbsent(disk.files.lstat(paths.scratch))) === undefined) return;
  await openPrivateDirectory(disk, paths.trash);
  await disk.files.rename(paths.scratch, await freeName(disk, join(paths.trash, 'scratch')));
}

/** How many profiles stay in quarantine. Each may be as large as the live one. */
const QUARANTINED = 3;

/** Moves the oldest quarantined profiles to the trash, so that repeated faults do not fill the disk. */
export async function thinQuarantine(disk: Disk, paths: SessionPaths): Promise<readonly string[]> {
  const names = (await unlessAbsent(disk.files.readdir(paths.quarantine))) ?? [];
  // Each name begins with a time, so the order of names is the order of age.
  const old = names.sort().slice(0, Math.max(0, names.length - QUARANTINED));
  if (old.length > 0) await openPrivateDirectory(disk, paths.trash);
  for (const name of old)
    await disk.files.rename(join(paths.quarantine, name), await freeName(disk, join(paths.trash, name)));
  return old;
}

/** Whether profiles are in quarantine. */
export async function hasQuarantine({ files }: Disk, { quarantine }: SessionPaths): Promise<boolean> {
  return ((await unlessAbsent(files.readdir(quarantine))) ?? []).length > 0;
}

/** Moves all quarantined profiles to the trash: they may hold the credentials that are being erased. */
export async function trashQuarantine(disk: Disk, paths: SessionPaths, at: number): Promise<void> {
  if ((await unlessAbsent(disk.files.lstat(paths.quarantine))) === undefined) return;
  await openPrivateDirectory(disk, paths.trash);
  await disk.files.rename(paths.quarantine, await freeName(disk, join(paths.trash, `${at}-quarantine`)));
  await syncDirectory(disk, paths.directory);
}

/** Deletes the files in the trash. Never rejects, so that a failed deletion stops no other step. */
export async function deleteTrash({ files }: Disk, paths: SessionPaths): Promise<Deletion> {
  try {
    // A browser's last writes, an indexer or a virus scanner can hold a file for a moment.
    await files.rm(paths.trash, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return { done: true };
  } catch (cause) {
    return { done: false, path: paths.trash, cause };
  }
}

/** Makes sure that the profile's directory exists, belongs to this user, and is private. */
export async function ensureProfile(disk: Disk, paths: SessionPaths): Promise<void> {
  await openPrivateDirectory(disk, paths.profile);
}

async function moveAway(disk: Disk, paths: SessionPaths, into: string, name: string): Promise<string> {
  await openPrivateDirectory(disk, into);
  const target = await freeName(disk, join(into, name));
  try {
    await disk.files.rename(paths.profile, target);
  } catch (error) {
    // After a crash that followed the rename, there is no profile to move. Still create the new directory.
    if (!isFileError(error, 'ENOENT')) throw error;
  }
  await ensureProfile(disk, paths);
  await syncDirectory(disk, into);
  await syncDirectory(disk, paths.directory);
  return target;
}

async function freeName({ files }: Disk, wanted: string): Promise<string> {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if ((await unlessAbsent(files.lstat(name))) === undefined) return name;
  }
}
