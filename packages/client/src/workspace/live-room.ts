import { join } from 'node:path';
import { type Disk, unlessAbsent } from '@wakey/host';

/** How much memory a live profile needs, and how much it uses already, in bytes. */
export interface LiveNeed {
  /** The size of the profile on the disk, in memory, or when Wakey last packed it; 0 if unknown. */
  readonly profile: number;
  /** The size of the part of the profile that is in this directory already. */
  readonly inMemory: number;
}

/** The least room for a live profile with its caches and a copy of it. */
const LEAST = 512 * 1024 ** 2;

/** How much a profile may grow while its browser runs. */
const GROWTH = 256 * 1024 ** 2;

/** The share of a file system that Chromium lets one site fill; beyond it the page's writes fail. */
const SHARE_OF_A_SITE = 0.6;

/** Linux's type numbers of the file systems in memory: tmpfs and ramfs. */
const MEMORY_BACKED: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/**
 * Why a live profile does not fit into a directory; `undefined` if it fits. The directory needs room for the profile,
 * its growth, and a copy.
 */
export async function whyUnfit(
  { files }: Disk,
  memoryDir: string,
  { profile, inMemory }: LiveNeed = { profile: 0, inMemory: 0 },
): Promise<string | undefined> {
  const found = await unlessAbsent(files.statfs(memoryDir));
  if (found === undefined) return 'it does not exist';
  if (!MEMORY_BACKED.has(found.type)) return 'it is not memory-backed';
  const room = found.bavail * found.bsize + inMemory;
  const need = Math.max(LEAST, 2 * profile + GROWTH);
  if (room < need) return `it has room for ${megabytes(room)} MB, and ${megabytes(need)} MB are needed`;
  const share = found.blocks * found.bsize * SHARE_OF_A_SITE;
  if (share >= profile + GROWTH) return undefined;
  return `the browser lets a site fill ${megabytes(share)} MB of it, and ${megabytes(profile + GROWTH)} MB are needed`;
}

/** The total size of the files in a directory, at any depth. Files that vanish meanwhile count as empty. */
export async function bytesBelow(disk: Disk, directory: string): Promise<number> {
  const { files } = disk;
  let bytes = 0;
  for (const entry of (await unlessAbsent(files.readdir(directory, { withFileTypes: true }))) ?? []) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(disk, path);
    else bytes += (await unlessAbsent(files.lstat(path)))?.size ?? 0;
  }
  return bytes;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2);
}
