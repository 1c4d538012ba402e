import { begin } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, type Rules } from '../step.js';

/** A session that has ended for a reason. */
export const ended: Rules<StateOf<'ended'>> = {
  start: (_, { phone }) => begin(phone, false),
  relink: (_, { phone }) => begin(phone, true),
  stop: (state) => go(state),
};
