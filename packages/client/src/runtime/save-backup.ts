import { packBundle, packSegments } from '@wakey/bundle';
import { type Effect, type ProfileFormat, type ProfileState, plainText, type SessionStore } from '@wakey/core';
import { type Followed, sumOf } from '../workspace/followed.js';
import type { Workspace } from '../workspace/workspace.js';
import type { BrowserLife } from './browser.js';
import type { Follower, Owned } from './follower.js';
import { type FollowerMeans, logStop, meansOf, untilBegunAgain } from './follower-means.js';
import { manifestOf, writeOptionsOf } from './kept.js';
import type { HeldLease } from './lease.js';
import type { SessionParts } from './parts.js';

/** Why a save is made. */
export type SaveCause = Extract<Effect, { readonly type: 'save' }>['why'];

/** What a save needs. */
export interface SaveContext {
  readonly parts: SessionParts;
  readonly workspace: Workspace;
  readonly lease: HeldLease | undefined;
  /** The account for which the session was last ready, and when. */
  readonly ready: { readonly me: string; readonly at: number };
  readonly why: SaveCause;
  /** The browser that writes the profile; `undefined` if none runs. */
  readonly life: BrowserLife | undefined;
  /** Appends each change of the profile to the last backup; `undefined` if this session does not do that. */
  readonly follower: Follower | undefined;
  readonly signal: AbortSignal;
}

/** Records that the session was ready. With a store, also writes a backup, and resolves to its generation. */
export async function saveBackup(context: SaveContext): Promise<number | undefined> {
  const { parts, workspace, lease, ready, why } = context;
  const { linkedAt = parts.clock.now() } = workspace.record();
  await workspace.update({
    lastReadyAt: ready.at,
    linkedAt,
    origin: parts.page.origin,
    me: plainText(ready.me, { most: 200 }),
  });
  const { profileFormat } = parts.driver;
  if (profileFormat === undefined) throw new Error('the browser keeps no profile');
  if (parts.store === undefined) return undefined;
  if (lease === undefined || lease.isLost()) throw new Error('the lease of the session in the store is lost');
  const { fence } = lease.lease;
  const kept: Kept = { context, store: parts.store, format: profileFormat, fence };
  const generation = (await appendRest(kept)) ?? (await (why === 'stopping' ? keepCold(kept) : keepHot(kept)));
  await workspace.update({ generation, keptAt: parts.clock.now() });
  if (workspace.record().fence !== fence) await workspace.useUnder(fence);
  await workspace.confirmKept();
  return generation;
}

/** The profile that a save writes, and the fence under which it writes. */
interface Kept {
  readonly context: SaveContext;
  readonly store: SessionStore;
  readonly format: ProfileFormat;
  readonly fence: number;
}

/**
 * Appends what the last backup lacks, and returns its generation. Returns `undefined` if a new backup is needed: none is
 * followed, or its segments have become large. At a stop they may be large: the next save replaces the backup.
 */
async function appendRest({ context, format, fence }: Kept): Promise<number | undefined> {
  const { follower, workspace, why, signal, life } = context;
  if (follower?.followed() === undefined) return undefined;
  // After the browser ended: refuse a damaged profile, so that its changes do not damage a good backup.
  if (why === 'stopping') await refuseUnsound(format, workspace.profileDir);
  const either = life === undefined || why === 'stopping' ? signal : AbortSignal.any([signal, life.signal]);
  const owned: Owned = { workspace, fence };
  const isSmall = await follower.flush(owned, either);
  const generation = follower.followed()?.generation;
  return isSmall || why === 'stopping' ? generation : undefined;
}

/**
 * Saves the profile after the browser ended, without a copy. Refuses a damaged profile, so that it does not displace a good
 * backup.
 */
async function keepCold(kept: Kept): Promise<number> {
  const { workspace, signal, follower, parts } = kept.context;
  await refuseUnsound(kept.format, workspace.profileDir);
  const following = meansOf(parts)?.following;
  const state = await following?.stateOf(workspace.profileDir, { signal });
  const { generation, bytes } = await write(kept, workspace.profileDir, { signal });
  if (state !== undefined) follower?.begin(followedFrom(kept, generation, bytes, state));
  return generation;
}

async function refuseUnsound(format: ProfileFormat, profileDir: string): Promise<void> {
  const found = await format.inspect(profileDir);
  if (found.is !== 'intact') throw new Error(`the profile is ${found.is}${'why' in found ? `: ${found.why}` : ''}`);
}

/**
 * Saves from a consistent copy while the browser writes. If the changes of the profile are kept, the backup appears together
 * with those since the copy, so that it is never older than the one before it.
 */
async function keepHot(kept: Kept): Promise<number> {
  const { context, format } = kept;
  const { workspace, life, signal, parts, follower } = context;
  const either = life === undefined ? signal : AbortSignal.any([signal, life.signal]);
  const copy = await workspace.openScratch();
  const means = follower === undefined ? undefined : meansOf(parts);
  let resume: (() => void) | undefined;
  try {
    await format.copyLive(workspace.profileDir, copy, {
      signal: either,
      clock: parts.clock,
      onStopped: logStop(parts),
    });
    // A browser runs on even when its files are deleted, so inspect the copy.
    await refuseUnsound(format, copy);
    if (means === undefined || follower === undefined) return (await write(kept, copy, { signal: either })).generation;
    const since: Since = { state: await means.following.stateOf(copy, { signal: either }), number: 0, bytes: 0 };
    const segments = changesSince(kept, means, since, async () => {
      resume = await follower.suspend();
      return either;
    });
    const { generation, bytes } = await write(kept, copy, { signal: either, segments });
    const followed = followedFrom(kept, generation, bytes, since.state);
    const { number, last } = since;
    follower.begin({ ...followed, number, ...(last === undefined ? {} : { last }), segmentBytes: since.bytes });
    resume = undefined;
    return generation;
  } finally {
    resume?.();
    await workspace.clearScratch();
  }
}

/** The state that the segments of a new backup have reached, and the facts about them. */
interface Since {
  state: ProfileState;
  number: number;
  /** The SHA-256 of the last segment. */
  last?: string;
  bytes: number;
}

/** The changes since a copy, as segments that a store writes together with the backup. It asks for them last. */
async function* changesSince(
  { context: { workspace, parts }, fence }: Kept,
  { following }: FollowerMeans,
  since: Since,
  begin: () => Promise<AbortSignal>,
): AsyncGenerator<Uint8Array> {
  const signal = await begin();
  const { clock } = parts;
  const begun = { why: undefined };
  const facts = { at: clock.now(), proved: 0, fence };
  const options = { clock, signal, onStopped: logStop(parts) };
  const changes = untilBegunAgain(following.changes(workspace.profileDir, since.state, options), begun);
  for await (const { bytes, state } of packSegments(changes, since.state, () => facts)) {
    yield bytes;
    since.number += 1;
    since.last = sumOf(bytes);
    since.bytes += bytes.length;
    since.state = state ?? since.state;
  }
}

function followedFrom({ context, store }: Kept, generation: number, baseBytes: number, state: ProfileState): Followed {
  const at = context.parts.clock.now();
  return { store: store.name, generation, number: 0, at, state, baseBytes, segmentBytes: 0 };
}

/** What a write needs besides the profile. */
interface Writing {
  readonly signal: AbortSignal;
  readonly segments?: AsyncIterable<Uint8Array>;
}

/** Writes a backup. Returns its generation and its size in bytes. */
async function write(
  { context, store, format, fence }: Kept,
  from: string,
  { signal, segments }: Writing,
): Promise<{ readonly generation: number; readonly bytes: number }> {
  const { clock, id, policy } = context.parts;
  const record = context.workspace.record();
  const manifest = manifestOf(record, fence, clock.now());
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of packBundle(manifest, format.list(from, { signal }), { signal })) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const options = writeOptionsOf(manifest, record, context.follower !== undefined);
  // The timeout ends a write that hangs, which would block every later save.
  const call = { ...options, signal, timeout: policy.saveTimeout, ...(segments === undefined ? {} : { segments }) };
  const generation = await store.write(id, counted(), call);
  return { generation, bytes };
}
