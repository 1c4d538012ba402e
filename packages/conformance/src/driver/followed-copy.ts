import assert from 'node:assert/strict';
import { cp, mkdir, open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isKept, type ProfileFormat, type ProfileState, type ProfileStep } from '@wakey/core';
import { type FollowingFormat, profileClock } from './formats.js';

/** A copy of a profile, to which a clause applies what a following tells. */
export interface FollowedCopy {
  readonly directory: string;
  state(): ProfileState;
  /** Applies the changes of the profile since the state of the copy. Returns what was told. */
  follow(options?: FollowOptions): Promise<Told>;
}

/** Options of `FollowedCopy.follow`. */
export interface FollowOptions {
  /** Another format object, as another process would have it, and the state as that process would read it. */
  readonly by?: FollowingFormat;
  /** Called after each group, whose steps are in the copy then. */
  readonly onGroup?: () => Promise<void>;
}

/** How much one call of `changes` told. */
export interface Told {
  readonly steps: number;
  /** The number of bytes in the steps. */
  readonly bytes: number;
}

/** Copies a profile into a directory of the folder, and takes the state of the copy. */
export async function beginCopy(profile: string, directory: string, format: FollowingFormat): Promise<FollowedCopy> {
  const shared = `${directory}-shared`;
  await mkdir(shared, { mode: 0o700 });
  await format.copyLive(profile, shared, { clock: profileClock });
  // That copy may share files with the profile, and the steps must not write through to it.
  await cp(shared, directory, { recursive: true });
  await rm(shared, { recursive: true });
  let state = await format.following.stateOf(directory);
  return {
    directory,
    state: () => state,
    async follow({ by = format, onGroup } = {}) {
      let [steps, bytes] = [0, 0];
      let group: Exclude<ProfileStep, { readonly type: 'commit' | 'began-again' }>[] = [];
      for await (const step of by.following.changes(profile, state, { clock: profileClock })) {
        assert.notEqual(step.type, 'began-again', `the following began again: ${'why' in step ? step.why : ''}`);
        steps += 1;
        if (step.type === 'began-again') break;
        if (step.type !== 'commit') {
          if (step.type === 'write') bytes += step.bytes.length;
          group.push(step.type === 'write' ? { ...step, bytes: Uint8Array.from(step.bytes) } : step);
          continue;
        }
        for (const each of group.splice(0)) await apply(each, directory, by);
        group = [];
        state = step.state;
        await onGroup?.();
      }
      assert.equal(group.length, 0, 'the last steps belong to no group');
      return { steps, bytes };
    },
  };
}

/** The most bytes of one step. */
const MOST_BYTES = 1024 ** 2;

async function apply(
  step: Exclude<ProfileStep, { readonly type: 'commit' | 'began-again' }>,
  directory: string,
  { parts }: Pick<ProfileFormat, 'parts'>,
): Promise<void> {
  assert.ok(isKept(parts, step.path), `a step changes ${step.path}, which the parts leave out`);
  const path = join(directory, step.path);
  if (step.type === 'create') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, '', { mode: 0o600 });
  } else if (step.type === 'remove') {
    await rm(path);
  } else {
    const { size } = await stat(path);
    if (step.type === 'truncate') {
      assert.ok(step.size <= size, `a step makes ${step.path} longer by a truncation`);
      return truncate(path, step.size);
    }
    assert.ok(step.at <= size, `a step writes to ${step.path} at ${step.at}, but the file has ${size} bytes`);
    assert.ok(step.bytes.length <= MOST_BYTES, `a step writes ${step.bytes.length} bytes to ${step.path} at once`);
    const file = await open(path, 'r+');
    try {
      await file.write(step.bytes, 0, step.bytes.length, step.at);
    } finally {
      await file.close();
    }
  }
}
