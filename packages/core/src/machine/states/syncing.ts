import { heartbeat, linked } from '../groups.js';
import { afterStall } from '../moves.js';
import type { StateOf } from '../state.js';
import type { Rules } from '../step.js';

/** A connected page loads messages. */
export const syncing: Rules<StateOf<'syncing'>> = {
  ...linked,
  clock: (state, { timer }, policy) => {
    if (timer === 'heartbeat') return heartbeat(state);
    const blocker = `no progress at ${state.percent} %, missing: ${state.missing.join(', ') || 'synced'}`;
    return afterStall(state, blocker, policy);
  },
};
