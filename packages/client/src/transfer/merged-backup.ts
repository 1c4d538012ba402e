import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { applySegments, type BundleManifest, packBundle, surveySegments } from '@wakey/bundle';
import { type CancelSignal, isKept, type ProfileFormat, type SessionStore } from '@wakey/core';
import { fileTrouble, thisPlatform } from '@wakey/host';
import { unpackProfile } from '../profile/unpack-profile.js';

/** A backup in a store, to be merged with its segments. */
export interface MergeOptions {
  readonly store: SessionStore;
  readonly id: string;
  readonly generation: number;
  /** The bytes of the backup; iterated once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: ProfileFormat;
  readonly sessionsDir: string;
  /**
   * Up to which segment: `last` for the newest state; `proved` for the last state that is known to have been ready, because the
   * changes after a logout are those by which the page erases its login.
   */
  readonly through: 'last' | 'proved';
  readonly signal?: CancelSignal | undefined;
}

/** A backup and its segments as one bundle. */
export interface MergedBackup {
  readonly manifest: BundleManifest;
  /** May be iterated once, before `close`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Removes the files of the merge. May be called twice. */
  close(): Promise<void>;
}

/**
 * Merges a backup with its segments. Returns `undefined` if it has none that can be used: then the backup alone is the newest
 * state. Unpacks the profile for that: in memory if the store is encrypted and the machine has such a directory, else in the
 * sessions directory. Throws `bundle-damaged` for a damaged backup, and the errors of the store and of the disk.
 */
export async function mergedBackup(options: MergeOptions): Promise<MergedBackup | undefined> {
  const { store, id, generation, format, signal } = options;
  const kept = store.segments;
  const call = signal === undefined ? {} : { signal };
  if (kept === undefined) return undefined;
  const survey = await surveySegments((from) => kept.read(id, generation, { from, ...call }));
  const point = survey[options.through];
  if (point === undefined) return undefined;
  const scratch = await openScratch(options);
  const close = () => rm(scratch, { recursive: true, force: true });
  try {
    const manifest = await unpackProfile(options.bytes, scratch, format, call);
    const profile = join(scratch, 'profile');
    const takes = (path: string) => isKept(format.parts, path);
    await applySegments(survey.segments(), profile, { through: point.number, takes, signal });
    const found = await format.inspect(profile);
    if (found.is !== 'intact') {
      await close();
      return undefined;
    }
    const merged = { ...manifest, createdAt: point.at };
    return { manifest: merged, bytes: packBundle(merged, format.list(profile, call), call), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openScratch({ store, sessionsDir }: MergeOptions): Promise<string> {
  const root = (store.isEncrypted === true ? thisPlatform.memoryDir : undefined) ?? sessionsDir;
  try {
    await removeLeftBehind(root);
    // A name that no session can have.
    return await mkdtemp(join(root, `${PREFIX}${process.pid}-`));
  } catch (error) {
    throw fileTrouble('sessions-dir-unusable', 'make a directory in', root, error);
  }
}

const PREFIX = '.wakey-export-';

/** Removes what exports have left behind whose processes died: each holds an unencrypted profile. */
async function removeLeftBehind(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const [, pid] = entry.name.startsWith(PREFIX) ? entry.name.slice(PREFIX.length - 1).split('-') : [];
    if (!entry.isDirectory() || pid === undefined) continue;
    const path = join(root, entry.name);
    const isOurs = thisPlatform.uid === undefined || (await lstat(path)).uid === thisPlatform.uid;
    if (isOurs && (await thisPlatform.process(Number(pid))) === undefined)
      await rm(path, { recursive: true, force: true });
  }
}
