import { changedFiles, readSegment, type TellableStep } from '@wakey/bundle';
import type { ProfileFollowing, ProfileState, ProfileStep, StoredSegment, StoreSegments } from '@wakey/core';
import { type Followed, readFollowed, sumOf } from '../workspace/followed.js';
import type { Workspace } from '../workspace/workspace.js';
import type { SessionParts } from './parts.js';

/** What the store and the format of the profile offer for this. */
export interface FollowerMeans {
  readonly segments: StoreSegments;
  readonly following: ProfileFollowing;
}

/** The means of this session; `undefined` if the store, the driver or the policy has none. */
export function meansOf({ store, driver, policy }: SessionParts): FollowerMeans | undefined {
  const segments = store?.segments;
  const following = driver.profileFormat?.following;
  if (policy.keep === 'off' || segments === undefined || following === undefined) return undefined;
  return { segments, following };
}

/** What the last holder in this directory kept. */
export interface LastFollowed {
  /**
   * Its backup with all segments, and the state after the last of them: the next changes go there. Absent if the store has other
   * segments than this holder wrote. If a newer backup exists, the store refuses the next segment.
   */
  readonly all?: Followed;
  /** The newest state that is known to have been kept: the live profile must not be an earlier one. Absent without any. */
  readonly known?: Followed;
}

/**
 * What the last holder in this directory kept. Its record is some seconds old if its process was killed: later segments count if
 * that holder appended them.
 */
export async function lastFollowed(
  parts: SessionParts,
  means: FollowerMeans,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<LastFollowed> {
  const found = await lastRecorded(parts, means, workspace, signal);
  const { recovery } = workspace.record();
  const { known } = found;
  // The ladder restored a lower rung after this record was written: the live profile is an earlier one on purpose.
  const isLower =
    recovery !== undefined &&
    known !== undefined &&
    recovery.generation === known.generation &&
    recovery.at >= known.at &&
    (recovery.through ?? 0) < known.number;
  return isLower ? {} : found;
}

async function lastRecorded(
  { id, log, store }: SessionParts,
  { segments }: FollowerMeans,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<LastFollowed> {
  let known: Followed | undefined;
  try {
    const followed = await readFollowed(workspace.directory);
    if (followed === undefined || followed.generation !== workspace.record().generation) return {};
    if (followed.store !== store?.name) return {};
    const { generation, number } = followed;
    if ((await segments.list(id, generation, { signal })).length < number) return {};
    for await (const found of segments.read(id, generation, { signal, from: Math.max(1, number) })) {
      if (found.number === number && sumOf(found.bytes) !== followed.last) return {};
      const next = found.number === number ? followed : afterSegment(known ?? followed, found);
      if (next === undefined) return { known: known ?? followed };
      known = next;
    }
    known ??= followed;
    return { all: known, known };
  } catch (error) {
    // Without all of it the next save writes a whole backup.
    log('warn', 'could not find out which changes of the profile are kept', { error });
    return known === undefined ? {} : { known };
  }
}

/** The same backup with the next segment; `undefined` if another holder appended that one, or if no state ends it. */
function afterSegment(followed: Followed, { number, bytes }: StoredSegment): Followed | undefined {
  if (number !== followed.number + 1) return undefined;
  const { at, fence, steps } = readSegment(bytes);
  if (fence !== followed.fence || steps.at(-1)?.type !== 'commit') return undefined;
  let state: ProfileState = followed.state;
  for (const step of steps) {
    if (step.type !== 'commit') continue;
    if (step.files === undefined) return undefined;
    state = { version: 1, commits: step.commits, files: changedFiles(state.files, step.files) };
  }
  const segmentBytes = followed.segmentBytes + bytes.length;
  return { ...followed, number, last: sumOf(bytes), at, state, segmentBytes };
}

/**
 * Whether the live profile is an earlier one than the store has: the disk lost its last changes. No browser runs on the profile.
 */
export async function isBehind(
  { clock, log }: SessionParts,
  { following }: FollowerMeans,
  { profileDir }: Workspace,
  { state }: Followed,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for await (const step of following.changes(profileDir, state, { clock, signal, timeout: LOOK })) {
      if (step.type === 'began-again') return step.isBehind === true;
    }
    return false;
  } catch (error) {
    if (signal.aborted) throw error;
    // The browser decides what it makes of this profile.
    log('warn', 'could not compare the live profile with its backup and segments', { error });
    return false;
  }
}

/** Logs how long the format of the profile has stopped the browser: `CopyLiveOptions.onStopped`. */
export function logStop({ log }: SessionParts): (ms: number) => void {
  return (ms) =>
    log(ms < LONG ? 'debug' : 'warn', 'the browser was stopped to read its profile', { ms: Math.round(ms) });
}

/** How long the look at a profile that no browser changes may wait for files that do not fit together, in ms. */
const LOOK = 2_000;
/** A stop of this length is noticed by the service behind the page, in ms. */
const LONG = 1_000;

/** Passes the steps on, and ends at the one that no segment can tell, whose reason it sets. */
export async function* untilBegunAgain(
  steps: AsyncIterable<ProfileStep>,
  watch: { why: string | undefined },
): AsyncGenerator<TellableStep> {
  for await (const step of steps) {
    if (step.type !== 'began-again') yield step;
    else {
      watch.why = step.why;
      return;
    }
  }
}
