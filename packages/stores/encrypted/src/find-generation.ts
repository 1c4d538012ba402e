import { type CallOptions, isWakeyError, type SessionStore, type StoredBundle, WakeyError } from '@wakey/core';

/**
 * One generation by its number, among the backups or in quarantine. `undefined` if it does not exist. Throws
 * `store-unreadable` if it is damaged and still has segments: they must not look absent.
 */
export async function findGeneration(
  store: SessionStore,
  id: string,
  generation: number,
  call: CallOptions,
): Promise<StoredBundle | undefined> {
  const found = await store.read(id, { ...call, before: generation + 1 }).catch((error: unknown) => {
    // A damaged backup does not hide the one in quarantine.
    if (isWakeyError(error, 'store-unreadable')) return error;
    throw error;
  });
  if (!isWakeyError(found) && found?.generation === generation) return found;
  const aside = await store.quarantine?.look(id, call);
  if (aside?.generation === generation) return store.quarantine?.read(id, call);
  if (isWakeyError(found)) throw found;
  if (((await store.segments?.list(id, generation, call)) ?? []).length === 0) return undefined;
  throw new WakeyError('store-unreadable', {
    what: `Backup ${generation} of session "${id}" is damaged, and its segments cannot be read without it.`,
    hint: 'Nothing was deleted. An older backup may be intact.',
    details: { session: id },
  });
}
