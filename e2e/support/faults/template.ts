import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackBundle } from '@wakey/bundle';
import { chromiumProfile } from '@wakey/chromium';
import { isKept } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { makeFolder } from '../folder.ts';
import { linkSession, startRig } from '../rig.ts';

/** A session that was linked in a real browser and stopped. Tests copy it. */
export interface Template {
  /** The session's directory: one backup, and a live profile that has one file more. */
  readonly main: string;
  /** The digest of the live profile, of the files that a backup contains. */
  readonly live: string;
  /** The digest of the profile in the backup. */
  readonly kept: string;
  remove(): Promise<void>;
}

/** Links a session, saves a backup, and removes all files from its profile that a backup does not contain. */
export async function makeTemplate(): Promise<Template> {
  const folder = await makeFolder();
  const rig = await startRig();
  const main = join(folder.path, 'main');
  try {
    await (await linkSession(rig)).stop();
    await cp(join(rig.sessionsDir, 'main'), main, { recursive: true });
  } finally {
    await rig.close();
  }
  const bundle = await filesystemStore({ directory: folder.path }).read('main');
  if (bundle === undefined) throw new Error('The stop saved no backup.');
  await unpackBundle(bundle.bytes, join(folder.path, 'unpacked'));
  await rm(join(main, 'profile'), { recursive: true });
  await cp(join(folder.path, 'unpacked', 'profile'), join(main, 'profile'), { recursive: true });
  const kept = digestOf(join(main, 'profile'));
  await mkdir(join(main, 'profile', 'Default', 'File System'), { recursive: true });
  await writeFile(join(main, 'profile', 'Default', 'File System', 'since'), 'written since');
  return { main, kept, live: digestOf(join(main, 'profile')), remove: folder.remove };
}

/** A digest of the paths and the bytes of all files of a profile that a backup contains; `none` if there are none. */
export function digestOf(profile: string): string {
  const hash = createHash('sha256');
  let count = 0;
  for (const path of filesIn(profile).filter((path) => isKept(chromiumProfile.parts, path))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(profile, path)))
      .update('\0');
    count += 1;
  }
  return count === 0 ? 'none' : hash.digest('hex').slice(0, 12);
}

/** Every file below a directory, by its path in it, in order. */
export function filesIn(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
