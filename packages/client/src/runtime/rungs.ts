import { readSegment, type SegmentPoint, type SurveyedSegments, surveySegments } from '@wakey/bundle';
import { type CancelSignal, isWakeyError, type SessionStore, type StoredBundle, type WakeyError } from '@wakey/core';
import { fenceOf, isFollowed } from './kept.js';

/**
 * A rung of the recovery ladder: a backup with its segments up to `through`; 0 for the backup alone. Below it come shorter
 * prefixes of the same backup, then older backups.
 */
export interface Rung {
  readonly generation: number;
  readonly through: number;
}

/** A backup to try, with the segments to apply. */
export interface Candidate extends Rung {
  readonly bundle: StoredBundle;
  /** The point that the segments lead to; `undefined` for the backup alone. */
  readonly point: SegmentPoint | undefined;
  /** The segments that `point` was found in; `undefined` if the store keeps none. */
  readonly segments: SurveyedSegments['segments'] | undefined;
  /** The SHA-256 of the last segment of the store; `undefined` without one. */
  readonly lastSum: string | undefined;
  /** Whether this is everything that was kept until the profile was lost. */
  readonly isWhole: boolean;
  /** Whether the next changes can be appended behind this: nothing of its segments is left out or damaged. */
  readonly isLast: boolean;
  /** Why later segments cannot be used. */
  readonly damage: WakeyError | undefined;
}

/** The store of a session, and what may cancel the reading. */
export interface LadderContext {
  readonly store: SessionStore;
  readonly id: string;
  readonly signal?: CancelSignal | undefined;
}

/** The rung below `rung`, or the highest one without it; `undefined` below the lowest. */
export async function rungBelow(context: LadderContext, rung: Rung | undefined): Promise<Candidate | undefined> {
  if (rung === undefined) return highestOf(context, undefined);
  const same = rung.through === 0 ? undefined : await candidateOf(context, rung.generation + 1, rung.through);
  return same?.generation === rung.generation ? same : highestOf(context, rung.generation);
}

function highestOf(context: LadderContext, before: number | undefined): Promise<Candidate | undefined> {
  return candidateOf(context, before, Number.POSITIVE_INFINITY);
}

/** The newest backup before `before`, with the longest prefix of its segments that ends below the segment `below`. */
async function candidateOf(
  { store, id, signal }: LadderContext,
  before: number | undefined,
  below: number,
): Promise<Candidate | undefined> {
  const bundle = await store.read(id, { ...callOf(signal), ...(before === undefined ? {} : { before }) });
  if (bundle === undefined) return undefined;
  const { generation } = bundle;
  const kept = store.segments;
  const survey = kept && (await surveySegments((from) => kept.read(id, generation, { from, ...callOf(signal) })));
  const { last, lastSum, proved, damage, segments } = survey ?? {};
  // The whole; then up to the last proof of ready, because later changes may be those that lost the login; then none.
  const point = [last, proved].find((one) => one !== undefined && one.number < below);
  const through = point?.number ?? 0;
  const isLast = damage === undefined && through === (last?.number ?? 0);
  // Below the highest rung something newer was kept, although it could not be used.
  const isWhole = before === undefined && isLast && isFollowed(bundle);
  return { bundle, generation, through, point, segments, lastSum, isLast, isWhole, damage };
}

/** What the newest backup says of its last holder, with its segments. */
export interface LastHolder {
  /** The greatest fence under which the backup or one of its segments was written. */
  readonly fence: number;
  /** When the last of them was written, in ms since 1970; NaN if the backup names no time. */
  readonly at: number;
}

/** Who wrote last: the holder of the lease that wrote the backup, or a later one that only appended to it. */
export async function lastHolderOf({ store, id, signal }: LadderContext, bundle: StoredBundle): Promise<LastHolder> {
  const ofBackup = { fence: fenceOf(bundle) ?? 0, at: Number(bundle.metadata.createdAt ?? Number.NaN) };
  if (store.segments === undefined) return ofBackup;
  const facts = await store.segments.list(id, bundle.generation, callOf(signal));
  for (const { number } of facts.toReversed()) {
    const found = await factsOf({ store, id, signal }, bundle.generation, number);
    if (found !== undefined) return { fence: Math.max(ofBackup.fence, found.fence), at: found.at };
  }
  return ofBackup;
}

/** The facts of one segment; `undefined` if it is damaged. */
async function factsOf({ store, id, signal }: LadderContext, generation: number, number: number) {
  try {
    for await (const { bytes } of store.segments?.read(id, generation, { from: number, ...callOf(signal) }) ?? []) {
      return readSegment(bytes);
    }
    return undefined;
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable') || isWakeyError(error, 'bundle-damaged')) return undefined;
    throw error;
  }
}

function callOf(signal: CancelSignal | undefined): { readonly signal?: CancelSignal } {
  return signal === undefined ? {} : { signal };
}
