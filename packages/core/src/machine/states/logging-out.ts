import { active, heartbeat, loggedOutByUs, unconfirmed } from '../groups.js';
import type { StateOf } from '../state.js';
import { ignore, type Rules } from '../step.js';

/** The page was asked to unlink. */
export const loggingOut: Rules<StateOf<'logging-out'>> = {
  ...active,
  'logged-out': (state, _, policy) => loggedOutByUs(state, policy),
  unpaired: (state, _, policy) => loggedOutByUs(state, policy),
  'browser-lost': (state, { detail }, policy) => unconfirmed(state, detail, policy),
  'page-command-failed': (state, { command, detail }, policy) =>
    command === 'log-out' ? unconfirmed(state, detail, policy) : ignore(state),
  clock: (state, { timer }, policy) =>
    timer === 'deadline' ? unconfirmed(state, 'no confirmation in time', policy) : heartbeat(state),
};
