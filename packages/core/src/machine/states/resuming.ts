import { heartbeat, loginPending } from '../groups.js';
import { afterCutOff } from '../moves.js';
import type { StateOf } from '../state.js';
import type { Rules } from '../step.js';

/** A linked page connects. Not connected yet, so nothing could confirm a logout, as in `interrupted`. */
export const resuming: Rules<StateOf<'resuming'>> = {
  ...loginPending,
  clock: (state, { timer, at }, policy) =>
    timer === 'deadline'
      ? afterCutOff(state, { reason: 'page-stuck', cause: 'the page did not reconnect in time', at }, policy)
      : heartbeat(state),
};
