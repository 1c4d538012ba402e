import type { TellableStep } from '@wakey/bundle';
import type { ProfileFollowing, ProfileStep, StoreSegments } from '@wakey/core';
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

/**
 * The backup that the last holder in this directory followed, if the store has exactly the segments that this holder recorded:
 * as many, and the same last one. Then the live profile descends from them. If a newer backup exists, the store refuses the next
 * segment.
 */
export async function lastFollowed(
  { id, log, store }: SessionParts,
  { segments }: FollowerMeans,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Followed | undefined> {
  try {
    const followed = await readFollowed(workspace.directory);
    if (followed === undefined || followed.generation !== workspace.record().generation) return undefined;
    if (followed.store !== store?.name) return undefined;
    const { generation, number } = followed;
    const stored = await segments.list(id, generation, { signal });
    if (stored.length !== number) return undefined;
    for await (const { bytes } of segments.read(id, generation, { signal, from: Math.max(1, number) })) {
      if (sumOf(bytes) !== followed.last) return undefined;
    }
    return followed;
  } catch (error) {
    // Without this the next save writes a whole backup.
    log('warn', 'could not find out which changes of the profile are kept', { error });
    return undefined;
  }
}

/** Logs how long the format of the profile has stopped the browser: `CopyLiveOptions.onStopped`. */
export function logStop({ log }: SessionParts): (ms: number) => void {
  return (ms) =>
    log(ms < LONG ? 'debug' : 'warn', 'the browser was stopped to read its profile', { ms: Math.round(ms) });
}

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
