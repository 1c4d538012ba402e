import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '@wakey/core';
import { unlessAbsent } from './files.js';
import { closeDirectory, modeOf, octal } from './modes.js';
import type { Platform } from './platform.js';
import { type Disk, readText, writeOnce } from './write-atomically.js';

/** The result of checking the directory of all sessions. */
export type RootVerdict =
  /** `repairedFrom`: the earlier mode of a directory of Wakey that was open to others, which `judgeRoot` has closed. */
  | { readonly is: 'fit'; readonly repairedFrom: string | undefined }
  | { readonly is: 'not-a-directory' | 'not-ours' | 'too-open'; readonly found: Stats };

/** The rule by which `judgeRoot` checks a directory. */
export interface RootRule {
  /** Whether this process has just created the directory. */
  readonly isMade: boolean;
  /** The rights of other users that make a directory unfit, as bits of a mode. */
  readonly forbidden: number;
  /** The error code to throw if the volume does not keep modes. */
  readonly code: ErrorCode;
}

/**
 * Checks a directory of sessions. It closes a directory with Wakey's mark to other users, because an orchestrator opens
 * such a directory to a group at each mount. Any other directory keeps its mode, since other programs may use it too.
 */
export async function judgeRoot(disk: Disk, path: string, { isMade, forbidden, code }: RootRule): Promise<RootVerdict> {
  const { platform, files } = disk;
  const found = await files.stat(path);
  if (!found.isDirectory()) return { is: 'not-a-directory', found };
  if (!platform.hasModes || isMountedForUs(platform, found)) return { is: 'fit', repairedFrom: undefined };
  if (found.uid !== platform.uid) return { is: 'not-ours', found };
  const mode = modeOf(found);
  if ((mode & forbidden) === 0) return { is: 'fit', repairedFrom: undefined };
  const isOurs = isMade || (await hasOurMark(disk, path));
  if (!isOurs || isShared(found)) return { is: 'too-open', found };
  await closeDirectory(disk, path, code);
  return { is: 'fit', repairedFrom: octal(mode) };
}

/** Whether a directory is shared by all users on purpose, such as `/tmp`. */
export function isShared({ mode }: Stats): boolean {
  return (mode & STICKY) !== 0;
}

const STICKY = 0o1000;

/** Marks a directory as Wakey's, with a `.gitignore` that keeps its content out of git. */
export async function markRoot(disk: Disk, directory: string): Promise<void> {
  await writeOnce(disk, join(directory, '.gitignore'), MARKED);
}

const MARK = '# Wakey keeps sessions here: secrets, never to be committed.\n';
const MARKED = `${MARK}*\n`;

/** Whether the directory has Wakey's mark, and no other user has put the mark there. */
async function hasOurMark(disk: Disk, directory: string): Promise<boolean> {
  const path = join(directory, '.gitignore');
  const found = await unlessAbsent(disk.files.lstat(path));
  if (found?.isFile() !== true || (disk.platform.hasModes && found.uid !== disk.platform.uid)) return false;
  return (await readText(disk, path))?.startsWith(MARK) === true;
}

/**
 * Whether root has mounted the volume for a group of this process and for no others, as Kubernetes does: this process
 * cannot close it further.
 */
function isMountedForUs(platform: Platform, { uid, gid, mode }: Stats): boolean {
  return uid === 0 && platform.uid !== 0 && (mode & 0o007) === 0 && platform.groups.includes(gid);
}
