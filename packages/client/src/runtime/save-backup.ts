import { packBundle } from '@wakey/bundle';
import { type Effect, type ProfileFormat, plainText, type SessionStore } from '@wakey/core';
import type { Workspace } from '../workspace/workspace.js';
import type { BrowserLife } from './browser.js';
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
  const { profileFormat, capabilities } = parts.driver;
  if (profileFormat === undefined) {
    // Report this once, since later saves fail for the same reason.
    if (why !== 'settled') return undefined;
    const { persistentProfile } = capabilities;
    throw new Error(`no backup is possible: ${persistentProfile.supported ? '' : persistentProfile.reason}`);
  }
  if (parts.store === undefined || lease === undefined || lease.isLost()) return undefined;
  const { fence } = lease.lease;
  const kept: Kept = { context, store: parts.store, format: profileFormat, fence };
  const generation = await (why === 'stopping' ? keepCold(kept) : keepHot(kept));
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
 * Saves the profile after the browser ended, without a copy. Refuses a damaged profile, so that it does not displace a good
 * backup.
 */
async function keepCold(kept: Kept): Promise<number> {
  const { workspace, signal } = kept.context;
  await refuseUnsound(kept.format, workspace.profileDir);
  return write(kept, workspace.profileDir, signal);
}

async function refuseUnsound(format: ProfileFormat, profileDir: string): Promise<void> {
  const found = await format.inspect(profileDir);
  if (found.is !== 'intact') throw new Error(`the profile is ${found.is}${'why' in found ? `: ${found.why}` : ''}`);
}

/** Saves from a consistent copy while the browser writes. */
async function keepHot(kept: Kept): Promise<number> {
  const { context, format } = kept;
  const { workspace, life, signal, parts } = context;
  const either = life === undefined ? signal : AbortSignal.any([signal, life.signal]);
  const copy = await workspace.openScratch();
  try {
    await format.copyLive(workspace.profileDir, copy, { signal: either, clock: parts.clock });
    // A browser runs on even when its files are deleted, so inspect the copy.
    await refuseUnsound(format, copy);
    return await write(kept, copy, either);
  } finally {
    await workspace.clearScratch();
  }
}

async function write({ context, store, format, fence }: Kept, from: string, signal: AbortSignal): Promise<number> {
  const { clock, id, policy } = context.parts;
  const record = context.workspace.record();
  const manifest = manifestOf(record, fence, clock.now());
  const bytes = packBundle(manifest, format.list(from, { signal }), { signal });
  // The timeout ends a write that hangs, which would block every later save.
  return store.write(id, bytes, { ...writeOptionsOf(manifest, record), signal, timeout: policy.saveTimeout });
}
