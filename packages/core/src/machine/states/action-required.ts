import { heartbeat, loginPending, logOut } from '../groups.js';
import { onSilent } from '../linked.js';
import { end } from '../moves.js';
import type { StateOf } from '../state.js';
import type { Rules } from '../step.js';

/** The page shows a dialog that only a person can settle. */
export const actionRequired: Rules<StateOf<'action-required'>> = {
  ...loginPending,
  logout: (state) => logOut(state, false),
  'read-failed': onSilent,
  clock: (state, { timer }) => (timer === 'deadline' ? end(state, 'action-not-taken', state.what) : heartbeat(state)),
};
