import { detailOf, type EffectContext } from './context.js';

/** Puts on record that credentials are kept here. */
export function markLinked(context: EffectContext): void {
  const { held, clock } = context;
  held.workspace?.update({ linkedAt: clock.now() }).catch((error: unknown) => {
    context.log('error', 'the link could not be put on record; the profile holds it all the same', { error });
  });
}

/** Puts on record that the session was good, and whose it is. */
export function save(context: EffectContext): void {
  const { held, clock } = context;
  const ready = context.lastReady();
  if (held.workspace === undefined || ready === undefined) {
    context.send({ type: 'save-failed', detail: 'the session is not open, or was never ready' });
    return;
  }
  const { linkedAt = clock.now() } = held.workspace.record();
  const change = { lastReadyAt: ready.at, linkedAt, me: ready.me };
  held.workspace.update(change).then(
    () => context.send({ type: 'saved' }),
    (error: unknown) => context.send({ type: 'save-failed', detail: detailOf(error) }),
  );
}

/** Erases the credentials: in the store first, so that no copy outlives the profile unnoticed. */
export function erase(context: EffectContext): void {
  eraseAll(context).then(
    () => context.send({ type: 'erased' }),
    (error: unknown) => context.send({ type: 'erase-failed', detail: detailOf(error) }),
  );
}

async function eraseAll(context: EffectContext): Promise<void> {
  // Looked up before anything is waited for: by then another run may hold another one, which is not to be erased.
  const { workspace } = context.held;
  if (workspace === undefined) throw new Error('the session is not open');
  await eraseStored(context);
  await workspace.eraseCredentials();
}

/** Removes what the store keeps of the session. */
export async function eraseStored({ held, store, id }: EffectContext): Promise<void> {
  if (store !== undefined && held.lease !== undefined) await store.remove(id, { fence: held.lease.lease.fence });
}
