import type { Effect, Quarantined } from '@wakey/core';
import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';

/** What outlives an erasure. */
export type Keep = Extract<Effect, { readonly type: 'erase' }>['keep'];

/**
 * Removes what the store keeps of the session; `newest`: all but the newest backup, which goes to quarantine first. May be
 * repeated wherever it was cut short. Gives what is in quarantine afterwards; a failure to put it there removes nothing.
 */
export async function eraseStored(
  context: EffectContext,
  { keep, since }: { readonly keep: Keep; readonly since: number },
): Promise<Quarantined | undefined> {
  const { held, store, id, keepAfterLogout, log, warn } = context;
  const isToKeep = keep === 'newest' && keepAfterLogout > 0;
  const isLinked = held.workspace?.record().linkedAt !== undefined;
  if (isToKeep && isLinked && store?.quarantine === undefined) {
    const why = store === undefined ? 'there is no store' : `store "${store.name}" has no quarantine`;
    warn(`After this logout no backup is kept for a while, as it would be otherwise: ${why}.`);
  }
  if (store === undefined || held.lease === undefined) return undefined;
  const { fence } = held.lease.lease;
  let setAside: Quarantined | undefined;
  if (isToKeep) setAside = await store.quarantine?.put(id, { fence, until: since + keepAfterLogout });
  else await store.quarantine?.clear(id, { fence });
  if (setAside !== undefined) log('info', 'the newest backup is kept in quarantine after the logout', { ...setAside });
  await store.remove(id, { fence });
  return setAside;
}

/** Destroys a backup in quarantine whose time is over, and puts on record what is there. Trouble with it is told, no more. */
export async function endQuarantine(context: EffectContext, workspace: Workspace): Promise<void> {
  const { held, store, id, clock, log, warn } = context;
  if (store === undefined || held.lease === undefined) return;
  const { fence } = held.lease.lease;
  try {
    let found = await store.quarantine?.look(id);
    if (found !== undefined && found.until <= clock.now()) {
      await store.quarantine?.clear(id, { fence });
      log('info', 'the backup that was kept after a logout is destroyed: its time is over', { ...found });
      found = undefined;
    }
    if (found?.generation === workspace.record().setAside?.generation) return;
    await workspace.update({ setAside: found });
  } catch (error) {
    warn(`The backup that is kept after a logout could not be looked after: ${detailOf(error)}`);
  }
}
