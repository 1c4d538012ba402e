import { active, heartbeat, relinkAtOnce, saving } from '../groups.js';
import { onBlocked, onIncompatible } from '../linked.js';
import { onLoggedOutAgain, onStillRegistered, onUnverified } from '../logout.js';
import { afterCrash, afterCutOff } from '../moves.js';
import type { StateOf } from '../state.js';
import { ignore, type Rules } from '../step.js';

/** The page has reported a logout, and is loaded afresh to confirm it. */
export const verifyingLogout: Rules<StateOf<'verifying-logout'>> = {
  ...active,
  ...saving,
  relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
  'logged-out': onLoggedOutAgain,
  connecting: onStillRegistered,
  syncing: onStillRegistered,
  readiness: onStillRegistered,
  blocked: onBlocked,
  incompatible: onIncompatible,
  'browser-lost': (state, { detail }, policy) => afterCrash(state, detail, policy),
  'page-refused': (state, { reason, detail, at }, policy) => afterCutOff(state, { reason, cause: detail, at }, policy),
  'page-command-failed': (state, { command, detail }, policy) =>
    command === 'reload' ? onUnverified(state, detail, policy) : ignore(state),
  clock: (state, { timer }, policy) =>
    timer === 'deadline' ? onUnverified(state, 'no answer in time', policy) : heartbeat(state),
};
