import { active, relinkAtOnce } from '../groups.js';
import { launch, unkillable } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, type Rules } from '../step.js';

/** The browser is being ended, and another starts after a delay. */
export const backingOff: Rules<StateOf<'backing-off'>> = {
  ...active,
  relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
  'browser-closed': (state) => (state.isDue ? launch(state.run) : go({ ...state, isBrowserGone: true })),
  'browser-unkillable': (_, { detail, at }) => unkillable(detail, at),
  clock: (state, { timer, at }) => {
    if (timer === 'deadline') return unkillable('the driver did not confirm that the browser has ended', at);
    return state.isBrowserGone ? launch(state.run) : go({ ...state, isDue: true });
  },
};
