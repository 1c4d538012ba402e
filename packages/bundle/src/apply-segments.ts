import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredSegment } from '@wakey/core';
import {
  type Disk,
  fileTrouble,
  openPrivately,
  openToRead,
  realFiles,
  syncDirectory,
  thisPlatform,
  unlessAbsent,
} from '@wakey/host';
import { bundlePaths } from './bundle-paths.js';
import { damagedSegment } from './bundle-trouble.js';
import { limitsOf } from './limits.js';
import { readSegment, type SegmentStep } from './segment.js';

/** Options of `applySegments`. */
export interface ApplyOptions {
  /** The number of the last segment to apply: a point of `surveySegments`, so that the profile is whole after it. */
  readonly through: number;
  /** Whether to write the file of that path, as in `UnpackOptions`. */
  readonly takes: (path: string) => boolean;
}

/**
 * Applies segments to an unpacked profile that nobody else uses: `profileDir` is a directory of `unpackBundle`. Holds one
 * segment in memory. When it resolves, the content of every changed file survives a power cut.
 *
 * Throws `bundle-damaged` for steps that do not follow from the profile, and the errors of the store and of the disk. After
 * a failure the profile is unusable, and the caller removes it.
 */
export async function applySegments(
  segments: AsyncIterable<StoredSegment>,
  profileDir: string,
  { through, takes }: ApplyOptions,
): Promise<void> {
  const disk = { files: realFiles, platform: thisPlatform };
  const changed = new Set<string>();
  const { pathBytes } = limitsOf();
  for await (const { number, bytes } of segments) {
    if (number > through) break;
    for (const step of readSegment(bytes).steps) {
      if (step.type === 'commit' || !takes(step.path)) continue;
      const refusal = bundlePaths({ pathBytes }).refusal(step.path);
      if (refusal !== undefined) throw damagedSegment(refusal);
      await told(profileDir, () => apply(disk, join(profileDir, step.path), step));
      if (step.type === 'remove') changed.delete(step.path);
      else changed.add(step.path);
    }
  }
  await told(profileDir, () => flush(disk, profileDir, changed));
}

type FileStep = Exclude<SegmentStep, { readonly type: 'commit' }>;

async function apply(disk: Disk, path: string, step: FileStep): Promise<void> {
  const { files } = disk;
  if (step.type === 'remove') return files.rm(path, { force: true });
  if (step.type === 'create') await files.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const how = step.type === 'create' ? constants.O_CREAT | constants.O_TRUNC : 0;
  const handle = await unlessAbsent(openPrivately(disk, path, constants.O_WRONLY | how));
  if (handle === undefined) throw damagedSegment('it changes a file that is not there');
  try {
    if (step.type === 'create') return;
    const { size } = await handle.stat();
    if (step.type === 'truncate') {
      if (step.size > size) throw damagedSegment('it shortens a file that is shorter already');
      await handle.truncate(step.size);
      return;
    }
    // A write behind the end of a file would leave a hole: an earlier write is missing.
    if (step.at > size) throw damagedSegment('it writes behind the end of a file');
    for (let done = 0; done < step.bytes.length; ) {
      done += (await handle.write(step.bytes, done, step.bytes.length - done, step.at + done)).bytesWritten;
    }
  } finally {
    await handle.close();
  }
}

async function flush(disk: Disk, profileDir: string, changed: ReadonlySet<string>): Promise<void> {
  for (const path of changed) {
    const handle = await openToRead(disk, join(profileDir, path));
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  for (const directory of new Set([...changed].map(dirname))) await syncDirectory(disk, join(profileDir, directory));
}

async function told<T>(profileDir: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw fileTrouble('session-unreadable', 'apply the changes to the profile in', profileDir, error);
  }
}
