import type { Held } from '../held.js';
import { detailOf, type EffectContext } from './context.js';
import { eraseStored, type Keep } from './quarantine.js';
import { reportGone } from './watch-place.js';

/** Puts on record that credentials are kept here. */
export function markLinked(context: EffectContext): void {
  const { held, clock, page } = context;
  // What becomes ready now is this link: it says nothing about what was kept before.
  if (held.life !== undefined) held.life.descendsFrom = undefined;
  held.workspace
    ?.update({ linkedAt: clock.now(), origin: page.origin, unproved: undefined })
    .catch((error: unknown) => {
      context.log('error', 'the link could not be put on record; the profile holds it all the same', { error });
      reportGone(context, error);
    });
}

/** Erases the credentials: in the store first, so that no copy outlives the profile unnoticed. */
export function erase(context: EffectContext, { keep }: { readonly keep: Keep }): void {
  const { held, log, send } = context;
  const { workspace } = held;
  eraseAll(context, keep).then(
    () => {
      if (held.workspace === workspace) send({ type: 'erased' });
    },
    (error: unknown) => {
      // An effect that outlives its run must not report to the next one.
      if (held.workspace === workspace) send({ type: 'erase-failed', detail: detailOf(error) });
      else log('error', 'an erasure that took too long for its run has failed', { error });
    },
  );
}

async function eraseAll(context: EffectContext, keep: Keep): Promise<void> {
  // Looked up before anything is waited for: by then another run may hold another one, which is not to be erased.
  const { workspace } = context.held;
  if (workspace === undefined) throw new Error('the session is not open');
  await endWork(context.held);
  const setAside = await eraseStored(context, { keep, since: context.clock.now() });
  await workspace.eraseCredentials({ keep, setAside });
}

/** Cancels what is being kept or brought back, and waits until it is over. */
export async function endWork({ saving, restoring }: Held): Promise<void> {
  saving?.abort.abort();
  restoring?.abort.abort();
  await Promise.all([saving?.done, restoring?.done]);
}
