import { heartbeat, loginPending } from '../groups.js';
import { end } from '../moves.js';
import type { StateOf } from '../state.js';
import type { Rules } from '../step.js';

/** The phone has accepted a code. */
export const linking: Rules<StateOf<'linking'>> = {
  ...loginPending,
  clock: (state, { timer }) =>
    timer === 'deadline' ? end(state, 'page-stuck', 'the device was not registered in time') : heartbeat(state),
};
