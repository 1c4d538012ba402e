import { appendFile, cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProfileState, ProfileStep } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { ClassicLevel } from 'classic-level';
import { expect } from 'vitest';
import { copyLiveProfile } from '../copy-live.js';
import { openFollowing } from '../following/follow-profile.js';
import { listProfile } from '../list-profile.js';
import { all, makeDirectory, makeProfile, pageDatabase } from './profile.js';

const following = openFollowing();

/** A profile, a copy of it, and the state of the copy. */
export async function followed() {
  const profile = await makeProfile();
  const copy = await makeDirectory();
  await copyLiveProfile(profile, copy, { clock: systemClock });
  // A copy shares tables with the profile, and the steps must not write through to it.
  const own = await makeDirectory();
  await cp(copy, own, { recursive: true });
  return { profile, copy: own, state: await following.stateOf(own) };
}

/** All steps from a state to the profile as it is now. */
export function stepsSince(profile: string, state: ProfileState): Promise<readonly ProfileStep[]> {
  return all(following.changes(profile, state, { clock: systemClock }));
}

/** Applies the changes since the state `from` to a copy, and returns the state after them. */
export async function follow(
  profile: string,
  copy: string,
  from: ProfileState,
  onCommit: () => Promise<void> = async () => undefined,
): Promise<ProfileState> {
  let state = from;
  for await (const step of following.changes(profile, from, { clock: systemClock })) {
    if (step.type === 'commit') {
      state = step.state;
      await onCommit();
    } else {
      await apply(copy, step);
    }
  }
  return state;
}

/** Applies one step to a copy. */
export async function apply(copy: string, step: ProfileStep): Promise<void> {
  if (step.type === 'began-again') throw new Error(step.why);
  if (step.type === 'commit') return;
  const path = join(copy, step.path);
  if (step.type === 'remove') await rm(path);
  if (step.type === 'truncate') await truncate(path, step.size);
  if (step.type === 'create') {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
  }
  if (step.type !== 'write') return;
  expect((await readFile(path)).length).toBe(step.at);
  expect(step.bytes.length).toBeLessThanOrEqual(1024 ** 2);
  await appendFile(path, step.bytes);
}

/** The first and the last key of the last round in a database. Equal, because a round is one transaction. */
export async function ends(copy: string, database = pageDatabase): Promise<readonly [number, number]> {
  const opened = await makeDirectory();
  await cp(join(copy, database), opened, { recursive: true });
  const level = new ClassicLevel(opened, { createIfMissing: false });
  await level.open();
  const [first, last] = await level.getMany(['a-first', 'z-last']);
  await level.close();
  return [Number(first), Number(last)];
}

/** The content of each file that a backup contains and that is needed: LevelDB may leave old files behind. */
export async function contentsOf(profile: string): Promise<ReadonlyMap<string, string>> {
  const { files } = await following.stateOf(profile);
  const found = new Map<string, string>();
  for (const { path, open } of await all(listProfile(profile))) {
    if (files[path] !== undefined) found.set(path, Buffer.concat(await all(open())).toString('base64'));
  }
  return found;
}
