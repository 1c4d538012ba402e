import { heartbeat, linked, onPage, relinkAtOnce } from '../groups.js';
import { afterCutOff, afterStall, end } from '../moves.js';
import type { StateOf } from '../state.js';
import { ignore, type Rules, refuse } from '../step.js';

/** A linked page has lost its connection. */
export const interrupted: Rules<StateOf<'interrupted'>> = {
  ...linked,
  // Without a connection the page would forget its credentials, the phone would keep the device, and nothing could confirm
  // the logout.
  logout: refuse,
  relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
  'page-command-failed': (state, event, policy) => {
    if (event.command === 'take-over') return end(state, 'replaced', event.detail);
    return onPage['page-command-failed']?.(state, event, policy) ?? ignore(state);
  },
  clock: (state, { timer, at }, policy) => {
    if (timer === 'heartbeat') return heartbeat({ ...state, isTakingOver: false });
    const cause = `interrupted for too long: ${state.cause}`;
    if (state.cause === 'page-silent') return afterStall(state, cause, policy);
    return afterCutOff(state, { reason: 'page-stuck', cause, at }, policy);
  },
};
