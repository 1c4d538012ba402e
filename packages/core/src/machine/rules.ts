import type { State, StateName, StateOf } from './state.js';
import { actionRequired } from './states/action-required.js';
import { awaitingLinkCode } from './states/awaiting-link-code.js';
import { awaitingPasskey } from './states/awaiting-passkey.js';
import { awaitingQr } from './states/awaiting-qr.js';
import { backingOff } from './states/backing-off.js';
import { ended } from './states/ended.js';
import { interrupted } from './states/interrupted.js';
import { linking } from './states/linking.js';
import { loading } from './states/loading.js';
import { loggingOut } from './states/logging-out.js';
import { ready } from './states/ready.js';
import { resuming } from './states/resuming.js';
import { starting } from './states/starting.js';
import { stopped } from './states/stopped.js';
import { stopping } from './states/stopping.js';
import { syncing } from './states/syncing.js';
import { verifyingLogout } from './states/verifying-logout.js';
import type { Rules } from './step.js';

/** What each state does with each event. */
const table: { readonly [S in StateName]: Rules<StateOf<S>> } = {
  stopped,
  ended,
  starting,
  loading,
  'awaiting-qr': awaitingQr,
  'awaiting-link-code': awaitingLinkCode,
  'awaiting-passkey': awaitingPasskey,
  linking,
  resuming,
  syncing,
  ready,
  'verifying-logout': verifyingLogout,
  interrupted,
  'action-required': actionRequired,
  'backing-off': backingOff,
  'logging-out': loggingOut,
  stopping,
};

/** The rules of a state. */
export function rulesOf(state: State): Rules<State> {
  return table[state.name] as Rules<State>;
}
