import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ProfileState } from '@wakey/core';
import {
  isLine,
  isNatural,
  isObject,
  isTime,
  parsedJson,
  readText,
  realFiles,
  thisPlatform,
  unlessAbsent,
  writeAtomically,
} from '@wakey/host';

/**
 * What the store holds of a session: a backup and its segments so far, and the state of the profile after them. The file
 * `following.json` in the session's directory. It lets the next start append to the same backup, and tells after a loss how
 * many commits are missing. It is a hint: its reader compares it with the store.
 */
export interface Followed {
  /** The name of the store: another store numbers its backups on its own. */
  readonly store: string;
  readonly generation: number;
  /** The number of the last segment; 0 without one. */
  readonly number: number;
  /** The SHA-256 of the last segment, as `sumOf` returns it; absent without a segment. */
  readonly last?: string;
  /** The fence of the lease under which this was written; absent in the file of an older Wakey. */
  readonly fence?: number;
  /** When the profile was in this state, in ms since 1970. */
  readonly at: number;
  readonly state: ProfileState;
  /** The size of the backup in bytes. */
  readonly baseBytes: number;
  /** The size of its segments in bytes. */
  readonly segmentBytes: number;
}

/** Reads the file; `undefined` if it does not exist or is incomplete, as after a power cut. */
export async function readFollowed(directory: string): Promise<Followed | undefined> {
  const value = parsedJson((await readText(disk, pathIn(directory), MOST)) ?? '');
  if (!isObject(value) || !isObject(value.followed)) return undefined;
  const { store, generation, number, last, fence, at, state, baseBytes, segmentBytes } = value.followed;
  if (value.sha256 !== sumOf(JSON.stringify(value.followed))) return undefined;
  const numbers = { generation, number, at, baseBytes, segmentBytes };
  if (!areNatural(numbers) || !isTime(at) || !isState(state) || !isLine(store)) return undefined;
  const lease = isNatural(fence) ? { fence } : {};
  return { store, ...numbers, ...lease, ...(typeof last === 'string' ? { last } : {}), state };
}

/** Replaces the file. */
export async function writeFollowed(directory: string, followed: Followed): Promise<void> {
  const text = JSON.stringify(followed);
  await writeAtomically(disk, pathIn(directory), `{"sha256":"${sumOf(text)}","followed":${text}}\n`);
}

/** Removes the file, also if it does not exist. */
export async function forgetFollowed(directory: string): Promise<void> {
  await unlessAbsent(realFiles.unlink(pathIn(directory)));
}

const disk = { files: realFiles, platform: thisPlatform };
/** The most bytes that are read: a profile with 50,000 files, as a backup allows it, has about 10 MB here. */
const MOST = 16 * 1024 * 1024;

function pathIn(directory: string): string {
  return join(directory, 'following.json');
}

/** The SHA-256 of a text or of bytes, in lower-case hexadecimal. */
export function sumOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function areNatural<K extends string>(values: Record<K, unknown>): values is Record<K, number> {
  return Object.values(values).every(isNatural);
}

function isState(value: unknown): value is ProfileState {
  return isObject(value) && value.version === 1 && isNatural(value.commits) && isObject(value.files);
}
