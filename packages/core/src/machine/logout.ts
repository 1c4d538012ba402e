import type { Effect } from './effect.js';
import { isLinked, isProven, isRestored, isResumed, withoutFreshProof } from './login.js';
import { afterStall, end, notify, startFresh } from './moves.js';
import type { Policy } from './policy.js';
import { tryOlder } from './recovery.js';
import type { LinkCause, OnPage, VerifyingLogout } from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/** The page reports that no device is registered any more: loads the page again before the machine believes it. */
export function onLoggedOut(state: OnPage, event: EventOf<'logged-out'>, policy: Policy): Step {
  if (!isLinked(state.run) && state.name !== 'linking') return ignore(state);
  if (state.run.stalls > policy.maxRestarts) return afterStall(state, 'the page announces false logouts', policy);
  const { by, code = null, document, at } = event;
  // Do not save the profile while its login is in doubt.
  const run = withoutFreshProof(state.run);
  return go(
    { name: 'verifying-logout', run, by, code, document, since: at },
    { type: 'command-page', command: { type: 'reload' } },
  );
}

/** A second document has no registered device either: the logout is confirmed. */
export function onLoggedOutAgain(state: VerifyingLogout, event: EventOf<'logged-out'>, policy: Policy): Step {
  if (event.document <= state.document) return ignore(state);
  const { run } = state;
  // WhatsApp refused an older, restored profile. Another backup may still show a linked device.
  if (isRestored(run)) return tryOlder(state, policy);
  // Credentials that were invalid at the start of the run, or that never became ready, lead to a new code.
  if (isResumed(run) && !isProven(run)) return linkAgain(state, 'unlinked-while-away', policy);
  if (!isProven(run)) return linkAgain(state, 'link-failed', policy);
  return end(state, endingOfLogout[state.by], state.code === null ? '' : `WhatsApp’s reason: ${state.code}`);
}

/** The page has a registered device after all: the logout was only announced. */
export function onStillRegistered(state: VerifyingLogout, event: { readonly at: number }): Step {
  const what = 'the page announced a logout, but its device is still registered: the login is kept';
  // Count one more stall, so that a page with repeated false logouts is not loaded again for ever.
  const run = { ...state.run, stalls: state.run.stalls + 1 };
  return go({ name: 'resuming', run, since: event.at }, notify({ type: 'warning', what }), { type: 'read-page' });
}

/** This page could neither confirm nor disprove the logout. */
export function onUnverified(state: VerifyingLogout, cause: string, policy: Policy): Step {
  return afterStall(state, `a logout could not be verified: ${cause}`, policy);
}

function linkAgain(state: VerifyingLogout, why: LinkCause, policy: Policy): Step {
  const rescan: Effect = notify({ type: 'rescan', why });
  return startFresh(state, why, policy, rescan);
}

/**
 * The ending by the origin of a logout. `us`: the page says that this program logged out, but it did not request that in
 * this state.
 */
const endingOfLogout = {
  phone: 'logged-out-by-phone',
  us: 'logged-out-by-page',
  page: 'logged-out-by-page',
} as const;
