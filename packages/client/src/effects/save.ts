import { packBundle } from '@wakey/bundle';
import { type Effect, plainText } from '@wakey/core';
import { copyLiveProfile } from '../profile/copy-live.js';
import { inspectProfile } from '../profile/inspect-profile.js';
import { listProfile } from '../profile/list-profile.js';
import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';
import { manifestOf, writeOptionsOf } from './kept.js';
import { reportGone } from './watch-place.js';

type Why = Extract<Effect, { readonly type: 'save' }>['why'];

/** Records that the session was ready and for which account. With a store, also writes a backup. */
export function save(context: EffectContext, { why }: { readonly why: Why }): void {
  const { held } = context;
  const isOver = held.life === undefined ? () => false : overOf(held.life);
  // A save of the running browser is still under way. It reports its own result, and the next save comes on schedule.
  if (why !== 'stopping' && held.saving !== undefined) return;
  const former = held.saving?.done;
  const abort = new AbortController();
  const done = (async () => {
    await former;
    try {
      const generation = await keep(context, why, abort.signal);
      if (!isOver()) context.send({ type: 'saved', ...(generation === undefined ? {} : { generation }) });
    } catch (error) {
      context.log('debug', 'the session was not saved', { error });
      if (isOver()) return;
      reportGone(context, error);
      context.send({ type: 'save-failed', detail: detailOf(error) });
    }
  })();
  const work = { abort, done };
  held.saving = work;
  void done.then(() => {
    if (held.saving === work) held.saving = undefined;
  });
}

/** Results of a save are ignored once the browser that it began with is gone. */
function overOf(life: { readonly isOver: boolean }): () => boolean {
  return () => life.isOver;
}

async function keep(context: EffectContext, why: Why, signal: AbortSignal): Promise<number | undefined> {
  const { held, clock } = context;
  const { workspace, lease } = held;
  const ready = context.lastReady();
  if (workspace === undefined || ready === undefined) throw new Error('the session is not open, or was never ready');
  const { linkedAt = clock.now() } = workspace.record();
  await workspace.update({
    lastReadyAt: ready.at,
    linkedAt,
    origin: context.page.origin,
    me: plainText(ready.me, { most: 200 }),
  });
  const { persistentProfile } = context.driver.capabilities;
  if (!persistentProfile.supported) {
    // Report this once, since later saves fail for the same reason.
    if (why !== 'settled') return undefined;
    throw new Error(`no backup is possible: ${persistentProfile.reason}`);
  }
  if (context.store === undefined || lease === undefined || lease.isLost()) return undefined;
  const generation = await (why === 'stopping'
    ? keepCold(context, workspace, lease.lease.fence, signal)
    : keepHot(context, workspace, lease.lease.fence, signal));
  await workspace.update({ generation, keptAt: clock.now() });
  if (workspace.record().fence !== lease.lease.fence) await workspace.useUnder(lease.lease.fence);
  await workspace.confirmKept();
  held.isKept = why === 'stopping';
  // The recovery ladder begins again with this backup.
  held.rung = undefined;
  return generation;
}

/**
 * Saves the profile after the browser ended, without a copy. Refuses a damaged profile, so that it does not displace a good
 * backup.
 */
async function keepCold(
  context: EffectContext,
  workspace: Workspace,
  fence: number,
  signal: AbortSignal,
): Promise<number> {
  await refuseUnsound(workspace.profileDir);
  return write(context, workspace, workspace.profileDir, fence, signal);
}

async function refuseUnsound(profileDir: string): Promise<void> {
  const found = await inspectProfile(profileDir);
  if (found.is !== 'intact') throw new Error(`the profile is ${found.is}${'why' in found ? `: ${found.why}` : ''}`);
}

/** Saves from a consistent copy while the browser writes. */
async function keepHot(
  context: EffectContext,
  workspace: Workspace,
  fence: number,
  signal: AbortSignal,
): Promise<number> {
  const whileAlive = context.held.life?.abort.signal;
  const either = whileAlive === undefined ? signal : AbortSignal.any([signal, whileAlive]);
  const copy = await workspace.openScratch();
  try {
    await copyLiveProfile(workspace.profileDir, copy, { signal: either, clock: context.clock });
    // A browser runs on even when its files are deleted, so inspect the copy.
    await refuseUnsound(copy);
    return await write(context, workspace, copy, fence, either);
  } finally {
    await workspace.clearScratch();
  }
}

async function write(
  context: EffectContext,
  workspace: Workspace,
  from: string,
  fence: number,
  signal: AbortSignal,
): Promise<number> {
  const { store, clock, id, policy } = context;
  if (store === undefined) throw new Error('there is no store');
  const record = workspace.record();
  const manifest = manifestOf(record, fence, clock.now());
  const bytes = packBundle(manifest, listProfile(from), { signal });
  // The timeout ends a write that hangs, which would block every later save.
  return store.write(id, bytes, { ...writeOptionsOf(manifest, record), signal, timeout: policy.saveTimeout });
}
