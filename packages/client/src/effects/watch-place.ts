import { isGone } from '../workspace/in-place.js';
import { detailOf, type EffectContext } from './context.js';

/**
 * Looks, at each heartbeat, whether the session's directory is still where it was opened. One look at a time: a file system
 * that does not answer is not asked twice at once.
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
      else log('warn', 'the session’s directory could not be looked at', { detail: detailOf(error) });
    })
    .finally(() => {
      held.isLooking = false;
    });
}

/** Ends the session where an error says that its directory is gone: nothing that it does from now on can be kept. */
export function reportGone(context: EffectContext, error: unknown): void {
  if (isGone(error)) context.send({ type: 'workspace-lost', detail: detailOf(error) });
}
