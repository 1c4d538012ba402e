import { packBundle } from '@wakey/bundle';
import { type Effect, type ProfileFormat, plainText } from '@wakey/core';
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

/** Returns a check whether that browser is over: then the save must not report its result. */
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
  const { profileFormat, capabilities } = context.driver;
  if (profileFormat === undefined) {
    // Report this once, since later saves fail for the same reason.
    if (why !== 'settled') return undefined;
    const { persistentProfile } = capabilities;
    throw new Error(`no backup is possible: ${persistentProfile.supported ? '' : persistentProfile.reason}`);
  }
  if (context.store === undefined || lease === undefined || lease.isLost()) return undefined;
  const kept: Kept = { context, workspace, format: profileFormat, fence: lease.lease.fence };
  const generation = await (why === 'stopping' ? keepCold(kept, signal) : keepHot(kept, signal));
  await workspace.update({ generation, keptAt: clock.now() });
  if (workspace.record().fence !== lease.lease.fence) await workspace.useUnder(lease.lease.fence);
  await workspace.confirmKept();
  held.isKept = why === 'stopping';
  // The recovery ladder begins again with this backup.
  held.rung = undefined;
  return generation;
}

/** The profile that a save writes, and the fence under which it writes. */
interface Kept {
  readonly context: EffectContext;
  readonly workspace: Workspace;
  readonly format: ProfileFormat;
  readonly fence: number;
}

/**
 * Saves the profile after the browser ended, without a copy. Refuses a damaged profile, so that it does not displace a good
 * backup.
 */
async function keepCold(kept: Kept, signal: AbortSignal): Promise<number> {
  const { profileDir } = kept.workspace;
  await refuseUnsound(kept.format, profileDir);
  return write(kept, profileDir, signal);
}

async function refuseUnsound(format: ProfileFormat, profileDir: string): Promise<void> {
  const found = await format.inspect(profileDir);
  if (found.is !== 'intact') throw new Error(`the profile is ${found.is}${'why' in found ? `: ${found.why}` : ''}`);
}

/** Saves from a consistent copy while the browser writes. */
async function keepHot(kept: Kept, signal: AbortSignal): Promise<number> {
  const { context, workspace, format } = kept;
  const whileAlive = context.held.life?.abort.signal;
  const either = whileAlive === undefined ? signal : AbortSignal.any([signal, whileAlive]);
  const copy = await workspace.openScratch();
  try {
    await format.copyLive(workspace.profileDir, copy, { signal: either, clock: context.clock });
    // A browser runs on even when its files are deleted, so inspect the copy.
    await refuseUnsound(format, copy);
    return await write(kept, copy, either);
  } finally {
    await workspace.clearScratch();
  }
}

async function write({ context, workspace, format, fence }: Kept, from: string, signal: AbortSignal): Promise<number> {
  const { store, clock, id, policy } = context;
  if (store === undefined) throw new Error('there is no store');
  const record = workspace.record();
  const manifest = manifestOf(record, fence, clock.now());
  const bytes = packBundle(manifest, format.list(from, { signal }), { signal });
  // The timeout ends a write that hangs, which would block every later save.
  return store.write(id, bytes, { ...writeOptionsOf(manifest, record), signal, timeout: policy.saveTimeout });
}
