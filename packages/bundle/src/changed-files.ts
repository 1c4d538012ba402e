import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileHandle, openPrivately, realFiles, syncDirectory, thisPlatform, unlessAbsent } from '@wakey/host';
import { damagedSegment } from './bundle-trouble.js';
import type { SegmentStep } from './segment.js';

/** A step that changes a file. */
export type FileStep = Exclude<SegmentStep, { readonly type: 'commit' }>;

/**
 * The files of a profile that segments change. The last few stay open, and small writes are gathered until they are worth a
 * call to the disk: a log is written a thousand times in a row.
 */
export interface ChangedFiles {
  /** Throws `bundle-damaged` for a step that does not follow from the files, and the errors of the disk. */
  apply(step: FileStep): Promise<void>;
  /** Writes what is gathered, and flushes every changed file and its directory to the disk. */
  flush(): Promise<void>;
  /** Closes the files without writing what is gathered. May be called twice. */
  close(): Promise<void>;
}

interface OpenFile {
  readonly handle: FileHandle;
  /** The size of the file once what is gathered is written. */
  size: number;
  gathered: Gathered | undefined;
}

/** Writes that follow one another in a file, and are not in it yet. */
interface Gathered {
  readonly memory: Buffer;
  /** The offset in the file. */
  readonly at: number;
  length: number;
}

/** The files below `profileDir`, which nobody else uses. */
export function changedFiles(profileDir: string): ChangedFiles {
  const disk = { files: realFiles, platform: thisPlatform };
  const changed = new Set<string>();
  const open = new Map<string, OpenFile>();
  const spare: Buffer[] = [];

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
      for (const path of changed) {
        const file = await fileAt(path, false);
        await settle(file);
        await file.handle.sync();
      }
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
    const [oldest] = open.entries();
    if (open.size >= MOST_OPEN && oldest !== undefined) {
      await settle(oldest[1]);
      await shut(oldest[0]);
    }
    const at = join(profileDir, path);
    if (isNew) await disk.files.mkdir(dirname(at), { recursive: true, mode: 0o700 });
    const handle = await unlessAbsent(openPrivately(disk, at, constants.O_WRONLY | (isNew ? constants.O_CREAT : 0)));
    if (handle === undefined) throw damagedSegment('it changes a file that is not there');
    const file = { handle, size: (await handle.stat()).size, gathered: undefined };
    open.set(path, file);
    return file;
  }

  async function resize(file: OpenFile, size: number): Promise<void> {
    await settle(file);
    if (file.size === size) return;
    await file.handle.truncate(size);
    file.size = size;
  }

  async function write(file: OpenFile, at: number, bytes: Uint8Array): Promise<void> {
    // A write behind the end of a file would leave a hole: an earlier write is missing.
    if (at > file.size) throw damagedSegment('it writes behind the end of a file');
    file.size = Math.max(file.size, at + bytes.length);
    const { gathered } = file;
    const follows = gathered !== undefined && at === gathered.at + gathered.length;
    if (!follows || gathered.length + bytes.length > GATHERED) await settle(file);
    if (bytes.length > GATHERED) return writeAll(file.handle, at, bytes);
    file.gathered ??= { memory: spare.pop() ?? Buffer.allocUnsafeSlow(GATHERED), at, length: 0 };
    file.gathered.memory.set(bytes, file.gathered.length);
    file.gathered.length += bytes.length;
  }

  /** Writes what is gathered for a file. */
  async function settle(file: OpenFile): Promise<void> {
    const { gathered } = file;
    if (gathered === undefined) return;
    await writeAll(file.handle, gathered.at, gathered.memory.subarray(0, gathered.length));
    forget(file);
  }

  async function shut(path: string): Promise<void> {
    const file = open.get(path);
    if (file === undefined) return;
    open.delete(path);
    forget(file);
    await file.handle.close();
  }

  function forget(file: OpenFile): void {
    if (file.gathered !== undefined) spare.push(file.gathered.memory);
    file.gathered = undefined;
  }
}

async function writeAll(handle: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

/** The most open files. */
const MOST_OPEN = 32;
/** The most bytes to gather for one open file. */
const GATHERED = 256 * 1024;
