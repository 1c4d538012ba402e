import { begin } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, type Rules } from '../step.js';

/** A session that was not started, or was stopped. */
export const stopped: Rules<StateOf<'stopped'>> = {
  start: (_, { phone }) => begin(phone, false),
  relink: (_, { phone }) => begin(phone, true),
  stop: (state) => go(state),
};
