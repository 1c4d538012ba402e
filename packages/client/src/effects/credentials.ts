import type { Held } from '../held.js';
import { detailOf, type EffectContext } from './context.js';
import { eraseStored, type Keep } from './quarantine.js';
import { reportGone } from './watch-place.js';

/** Records that the profile holds credentials. */
export function markLinked(context: EffectContext): void {
  const { held, clock, page } = context;
  // The session becomes ready by this new link, so its readiness proves no earlier backup.
  if (held.life !== undefined) held.life.descendsFrom = undefined;
  held.workspace
    ?.update({ linkedAt: clock.now(), origin: page.origin, unproved: undefined, lostAt: undefined })
    .catch((error: unknown) => {
      context.log('error', 'could not record the link; the profile still holds the login', { error });
      reportGone(context, error);
    });
}

/**
 * Records that the page found no login in the profile. The account and the other facts of the login stay in the record:
 * the page may be wrong, so code that erases or moves the profile must still treat the profile as one with a login.
 */
export function markLost(context: EffectContext): void {
  context.held.workspace?.update({ lostAt: context.clock.now() }).catch((error: unknown) => {
    context.log('error', 'could not record that the profile holds no login', { error });
    reportGone(context, error);
  });
}

/** Erases the credentials in the store first, then in the profile, so that no backup outlives the profile unnoticed. */
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
      else log('error', 'an erasure of an earlier run failed', { error });
    },
  );
}

async function eraseAll(context: EffectContext, keep: Keep): Promise<void> {
  // Read the workspace before the first await: later, another run may hold another workspace, which must not be erased.
  const { workspace } = context.held;
  if (workspace === undefined) throw new Error('the session is not open');
  await endWork(context.held);
  const setAside = await eraseStored(context, { keep, since: context.clock.now() });
  await workspace.eraseCredentials({ keep, setAside });
}

/** Cancels a running save or restore and waits until it ends. */
export async function endWork({ saving, restoring }: Held): Promise<void> {
  saving?.abort.abort();
  restoring?.abort.abort();
  await Promise.all([saving?.done, restoring?.done]);
}
