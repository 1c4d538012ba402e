import { join } from 'node:path';
import { type Disk, unlessAbsent } from '@wakey/host';

/** What a live profile in memory needs room for, in bytes. */
export interface LiveNeed {
  /** The profile as far as it is known: on the disk, in memory, or when it was last packed. */
  readonly profile: number;
  /** How much of that lies in this directory already. */
  readonly inMemory: number;
}

/** The least that a live profile with its caches and a copy of it takes. */
const LEAST = 512 * 1024 ** 2;

/** What a profile may grow by while it runs. */
const GROWTH = 256 * 1024 ** 2;

/** How much of a file system Chromium lets one site fill; beyond that the page's writes fail. */
const SHARE_OF_A_SITE = 0.6;

/** What Linux calls the file systems that live in memory: tmpfs and ramfs. */
const MEMORY_BACKED: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Why a directory will not do for a live profile; `undefined`: it will. The profile and a copy of it have to fit, and what it grows by. */
export async function whyUnfit(
  { files }: Disk,
  memoryDir: string,
  { profile, inMemory }: LiveNeed = { profile: 0, inMemory: 0 },
): Promise<string | undefined> {
  const found = await unlessAbsent(files.statfs(memoryDir));
  if (found === undefined) return 'it is not there';
  if (!MEMORY_BACKED.has(found.type)) return 'it is not memory-backed';
  const room = found.bavail * found.bsize + inMemory;
  const need = Math.max(LEAST, 2 * profile + GROWTH);
  if (room < need) return `it has room for ${megabytes(room)} MB; ${megabytes(need)} are needed`;
  const share = found.blocks * found.bsize * SHARE_OF_A_SITE;
  if (share >= profile + GROWTH) return undefined;
  return `the browser lets a site fill ${megabytes(share)} MB of it; ${megabytes(profile + GROWTH)} are needed`;
}

/** How much the files below a directory hold; what vanishes meanwhile counts nothing. */
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
