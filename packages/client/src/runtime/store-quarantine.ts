import type { Effect, Quarantined } from '@wakey/core';
import type { Workspace } from '../workspace/workspace.js';
import type { HeldLease } from './lease.js';
import { detailOf, type SessionParts } from './parts.js';

/** Which data an erasure does not destroy. */
export type Keep = Extract<Effect, { readonly type: 'erase' }>['keep'];

/** A session that this process has taken: its directory, and the store's lease if it has a store. */
export interface Taken {
  readonly workspace: Workspace;
  readonly lease: HeldLease | undefined;
}

/**
 * Removes the session's backups from the store. With `newest`, it first moves the newest backup to quarantine; if that
 * fails, it removes nothing. The call can be repeated after any interruption. Returns the backup that is in quarantine
 * afterwards.
 */
export async function eraseStored(
  { store, id, keepAfterLogout, log, warn }: SessionParts,
  { workspace, lease }: Taken,
  { keep, since }: { readonly keep: Keep; readonly since: number },
): Promise<Quarantined | undefined> {
  const isToKeep = keep === 'newest' && keepAfterLogout > 0;
  const isLinked = workspace.record().linkedAt !== undefined;
  if (isToKeep && isLinked && store?.quarantine === undefined) {
    const why = store === undefined ? 'there is no store' : `store "${store.name}" has no quarantine`;
    warn(`This logout leaves no backup in quarantine: ${why}.`);
  }
  if (store === undefined || lease === undefined) return undefined;
  const { fence } = lease.lease;
  let setAside: Quarantined | undefined;
  if (isToKeep) setAside = await store.quarantine?.put(id, { fence, until: since + keepAfterLogout });
  else await store.quarantine?.clear(id, { fence });
  if (setAside !== undefined) log('info', 'moved the newest backup to quarantine after the logout', { ...setAside });
  await store.remove(id, { fence });
  return setAside;
}

/**
 * Destroys a backup in quarantine whose time is over, and records which backup the quarantine holds. A failure only
 * causes a warning.
 */
export async function endQuarantine(
  { store, id, clock, log, warn }: SessionParts,
  { workspace, lease }: Taken,
): Promise<void> {
  if (store === undefined || lease === undefined) return;
  const { fence } = lease.lease;
  try {
    let found = await store.quarantine?.look(id);
    if (found !== undefined && found.until <= clock.now()) {
      await store.quarantine?.clear(id, { fence });
      log('info', 'destroyed the backup in quarantine after a logout: its time is over', { ...found });
      found = undefined;
    }
    if (found?.generation === workspace.record().setAside?.generation) return;
    await workspace.update({ setAside: found });
  } catch (error) {
    warn(`Could not check the backup in quarantine: ${detailOf(error)}`);
  }
}
