import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredSegment } from '@wakey/core';
import {
  type FileHandle,
  fileTrouble,
  openPrivately,
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
  const tree = openTree(profileDir);
  const { pathBytes } = limitsOf();
  const allowed = new Set<string>();
  try {
    for await (const { number, bytes } of segments) {
      if (number > through) break;
      for (const step of readSegment(bytes).steps) {
        if (step.type === 'commit' || !takes(step.path)) continue;
        if (!allowed.has(step.path)) {
          const refusal = bundlePaths({ pathBytes }).refusal(step.path);
          if (refusal !== undefined) throw damagedSegment(refusal);
          allowed.add(step.path);
        }
        await tree.apply(step);
      }
    }
    await tree.flush();
  } catch (error) {
    throw fileTrouble('session-unreadable', 'apply the changes to the profile in', profileDir, error);
  } finally {
    await tree.close();
  }
}

type FileStep = Exclude<SegmentStep, { readonly type: 'commit' }>;

/** The files of a profile, of which the last few stay open: a log is written a thousand times in a row. */
interface Tree {
  apply(step: FileStep): Promise<void>;
  /** Flushes every changed file and its directory to the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface OpenFile {
  readonly handle: FileHandle;
  size: number;
}

function openTree(profileDir: string): Tree {
  const disk = { files: realFiles, platform: thisPlatform };
  const changed = new Set<string>();
  const open = new Map<string, OpenFile>();

  return {
    async apply(step) {
      const { path } = step;
      if (step.type === 'remove') {
        changed.delete(path);
        await shut(path);
        return disk.files.rm(join(profileDir, path), { force: true });
      }
      changed.add(path);
      const file = await fileAt(path, step.type === 'create');
      if (step.type === 'create') await resize(file, 0);
      else if (step.type === 'truncate') {
        if (step.size > file.size) throw damagedSegment('it shortens a file that is shorter already');
        await resize(file, step.size);
      } else await write(file, step.at, step.bytes);
    },
    async flush() {
      for (const path of changed) await (await fileAt(path, false)).handle.sync();
      for (const directory of new Set([...changed].map((path) => dirname(path))))
        await syncDirectory(disk, join(profileDir, directory));
    },
    async close() {
      for (const path of [...open.keys()]) await shut(path);
    },
  };

  async function fileAt(path: string, isNew: boolean): Promise<OpenFile> {
    const known = open.get(path);
    if (known !== undefined) return known;
    const [oldest] = open.keys();
    if (open.size >= MOST_OPEN && oldest !== undefined) await shut(oldest);
    const at = join(profileDir, path);
    if (isNew) await disk.files.mkdir(dirname(at), { recursive: true, mode: 0o700 });
    const handle = await unlessAbsent(openPrivately(disk, at, constants.O_WRONLY | (isNew ? constants.O_CREAT : 0)));
    if (handle === undefined) throw damagedSegment('it changes a file that is not there');
    const file = { handle, size: (await handle.stat()).size };
    open.set(path, file);
    return file;
  }

  async function shut(path: string): Promise<void> {
    const file = open.get(path);
    open.delete(path);
    await file?.handle.close();
  }
}

async function resize(file: OpenFile, size: number): Promise<void> {
  if (file.size === size) return;
  await file.handle.truncate(size);
  file.size = size;
}

async function write(file: OpenFile, at: number, bytes: Uint8Array): Promise<void> {
  // A write behind the end of a file would leave a hole: an earlier write is missing.
  if (at > file.size) throw damagedSegment('it writes behind the end of a file');
  for (let done = 0; done < bytes.length; ) {
    done += (await file.handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
  file.size = Math.max(file.size, at + bytes.length);
}

const MOST_OPEN = 32;
