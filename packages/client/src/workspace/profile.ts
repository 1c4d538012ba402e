import { dirname, join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { type Disk, isFileError, syncDirectory, unlessAbsent } from '@wakey/host';
import { openPrivateDirectory, type SessionPaths } from './session-dir.js';

/** How the deletion of what was thrown away went. What could not be deleted is tried again when the session opens next. */
export type Deletion =
  | { readonly done: true }
  | { readonly done: false; readonly path: string; readonly cause: unknown };

/** Whether the profile holds anything at all. */
export async function isProfileEmpty({ files }: Disk, paths: SessionPaths): Promise<boolean> {
  return ((await unlessAbsent(files.readdir(paths.profile))) ?? []).length === 0;
}

/**
 * Moves the profile aside, whole, to `quarantine/<time>-<reason>`, and makes an empty one. Gives where it went. A crash
 * leaves it in one place or the other, never half in each.
 */
export async function quarantineProfile(disk: Disk, paths: SessionPaths, at: number, reason: string): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(reason) || reason.length > 60) {
    throw new WakeyError('invalid-argument', {
      what: 'A reason for quarantine is at most 60 lower-case letters, digits and dashes.',
      hint: 'Name it like "will-not-load".',
    });
  }
  const time = new Date(at).toISOString().replace(/[:.]/g, '-');
  return moveAway(disk, paths, paths.quarantine, `${time}-${reason}`);
}

/** Moves the profile to the trash, whole, and makes an empty one. Gives where it went: `deleteTrash` follows. */
export function trashProfile(disk: Disk, paths: SessionPaths, at: number): Promise<string> {
  return moveAway(disk, paths, paths.trash, String(at));
}

/**
 * Puts a directory in the place of the profile, which goes to quarantine unless it is empty. Gives where it went. A crash in
 * between leaves no profile, never a mixture: the next owner finds it missing.
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

/** Makes an empty private directory for copies, in the place of whatever a former one held. */
export async function openScratch(disk: Disk, paths: SessionPaths): Promise<string> {
  await clearScratch(disk, paths);
  await openPrivateDirectory(disk, paths.scratch);
  return paths.scratch;
}

/** Removes the directory for copies: it is gone at once; what of it cannot be deleted is deleted when the session opens next. */
export async function clearScratch(disk: Disk, paths: SessionPaths): Promise<void> {
  await trashScratch(disk, paths);
  await deleteTrash(disk, paths);
}

/** Sends the directory for copies to the trash, if there is one. */
export async function trashScratch(disk: Disk, paths: SessionPaths): Promise<void> {
  if ((await unlessAbsent(disk.files.lstat(paths.scratch))) === undefined) return;
  await openPrivateDirectory(disk, paths.trash);
  await disk.files.rename(paths.scratch, await freeName(disk, join(paths.trash, 'scratch')));
}

/** How many profiles stay in quarantine. Each may be as large as the live one. */
const QUARANTINED = 3;

/** Sends what was set aside longest ago to the trash, so that faults that come again do not fill the disk. */
export async function thinQuarantine(disk: Disk, paths: SessionPaths): Promise<readonly string[]> {
  const names = (await unlessAbsent(disk.files.readdir(paths.quarantine))) ?? [];
  // Each begins with its time.
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

/** Sends everything in quarantine to the trash: it may hold the credentials that are being erased. */
export async function trashQuarantine(disk: Disk, paths: SessionPaths, at: number): Promise<void> {
  if ((await unlessAbsent(disk.files.lstat(paths.quarantine))) === undefined) return;
  await openPrivateDirectory(disk, paths.trash);
  await disk.files.rename(paths.quarantine, await freeName(disk, join(paths.trash, `${at}-quarantine`)));
  await syncDirectory(disk, paths.directory);
}

/** Deletes what is in the trash. Never rejects: nothing may depend on a deletion. */
export async function deleteTrash({ files }: Disk, paths: SessionPaths): Promise<Deletion> {
  try {
    // A browser's last writes, an indexer or a virus scanner can hold a file for a moment.
    await files.rm(paths.trash, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return { done: true };
  } catch (cause) {
    return { done: false, path: paths.trash, cause };
  }
}

/** Makes sure that there is a profile directory, ours and private. */
export async function ensureProfile(disk: Disk, paths: SessionPaths): Promise<void> {
  await openPrivateDirectory(disk, paths.profile);
}

async function moveAway(disk: Disk, paths: SessionPaths, into: string, name: string): Promise<string> {
  await openPrivateDirectory(disk, into);
  const target = await freeName(disk, join(into, name));
  try {
    await disk.files.rename(paths.profile, target);
  } catch (error) {
    // A crash between the rename and the new directory leaves none: nothing to move, only to make.
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
