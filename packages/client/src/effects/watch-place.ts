import { isGone } from '../workspace/in-place.js';
import { detailOf, type EffectContext } from './context.js';

/**
 * Checks at each heartbeat that the session's directory is still where it was opened. Does nothing while another check
 * runs, so that checks do not pile up on a file system that does not answer.
 */
export function watchPlace(context: EffectContext): void {
  const { held, log } = context;
  const { workspace } = held;
  if (workspace === undefined || held.isLooking) return;
  held.isLooking = true;
  workspace
    .assertInPlace()
    .catch((error: unknown) => {
      // An effect that outlives its run must not report to the next one.
      if (held.workspace !== workspace) return;
      if (isGone(error)) reportGone(context, error);
      else log('warn', 'could not check the session’s directory', { detail: detailOf(error) });
    })
    .finally(() => {
      held.isLooking = false;
    });
}

/** Ends the session if the error says that the session's directory is gone, because nothing can be saved from then on. */
export function reportGone(context: EffectContext, error: unknown): void {
  if (isGone(error)) context.send({ type: 'workspace-lost', detail: detailOf(error) });
}
