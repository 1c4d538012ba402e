import { type Effect, plainText } from '@wakey/core';
import { packBundle } from '../bundle/pack.js';
import { copyLiveProfile } from '../profile/copy-live.js';
import { inspectProfile } from '../profile/inspect-profile.js';
import { listProfile } from '../profile/list-profile.js';
import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';
import { manifestOf, writeOptionsOf } from './kept.js';
import { reportGone } from './watch-place.js';

type Why = Extract<Effect, { readonly type: 'save' }>['why'];

/** Puts on record that the session was good, and whose it is; where there is a store, keeps a generation in it. */
export function save(context: EffectContext, { why }: { readonly why: Why }): void {
  const { held } = context;
  const isOver = held.life === undefined ? () => false : overOf(held.life);
  // A copy of the running browser is still being made: it will report, and the next one comes on schedule.
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

/** What a browser's life began ends with it, unheard. */
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
    // Said once: it will not become better.
    if (why !== 'settled') return undefined;
    throw new Error(`nothing of this session outlives its browser: ${persistentProfile.reason}`);
  }
  if (context.store === undefined || lease === undefined || lease.isLost()) return undefined;
  const generation = await (why === 'stopping'
    ? keepCold(context, workspace, lease.lease.fence, signal)
    : keepHot(context, workspace, lease.lease.fence, signal));
  await workspace.update({ generation, keptAt: clock.now() });
  if (workspace.record().fence !== lease.lease.fence) await workspace.useUnder(lease.lease.fence);
  await workspace.confirmKept();
  held.isKept = why === 'stopping';
  // What comes next in the ladder is this one.
  held.rung = undefined;
  return generation;
}

/** No browser runs: straight from the profile, if it is sound. A damaged one must not push a good generation out. */
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

/** The browser goes on writing: from a consistent copy. */
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
    // Files can be deleted under a browser that goes on as if nothing had happened.
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
  // One that hung would keep every later one from beginning.
  return store.write(id, bytes, { ...writeOptionsOf(manifest, record), signal, timeout: policy.saveTimeout });
}
