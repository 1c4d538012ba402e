import type { Effect } from './effect.js';
import type { OnPage } from './linked.js';
import { afterStall, end, notify, startFresh } from './moves.js';
import type { Policy } from './policy.js';
import { tryOlder } from './recovery.js';
import type { LinkCause, VerifyingLogout } from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/** The page reports that no device is registered any more: it is loaded afresh before anything is believed. */
export function onLoggedOut(state: OnPage, event: EventOf<'logged-out'>, policy: Policy): Step {
  if (!state.run.isLinked && state.name !== 'linking') return ignore(state);
  if (state.run.stalls > policy.maxRestarts)
    return afterStall(state, 'the page announces logouts that are none', policy);
  const { by, code = null, document, at } = event;
  // What the page would leave now is not kept as good.
  const run = { ...state.run, isDoubted: true };
  return go(
    { name: 'verifying-logout', run, by, code, document, since: at },
    { type: 'command-page', command: { type: 'reload' } },
  );
}

/** A document that was loaded afresh has no registered device either: the logout is a fact. */
export function onLoggedOutAgain(state: VerifyingLogout, event: EventOf<'logged-out'>, policy: Policy): Step {
  if (event.document <= state.document) return ignore(state);
  const { run } = state;
  // What was refused is an older profile; whether the device is still linked, a newer or another one may show.
  if (run.isRestored) return tryOlder(state, policy);
  // Credentials that were dead at the start of the run lead to a new code; so do those that never came to life.
  if (run.isResumed && !run.isProven) return linkAgain(state, 'unlinked-while-away', policy);
  if (!run.isProven) return linkAgain(state, 'link-failed', policy);
  return end(state, endingOfLogout[state.by], state.code === null ? '' : `WhatsApp’s reason: ${state.code}`);
}

/** The page has a registered device after all: a logout that was only announced. */
export function onStillRegistered(state: VerifyingLogout, event: { readonly at: number }): Step {
  const what = 'the page announced a logout, but its device is still registered: the login is kept';
  // Counted as one more stall: a page that goes on like this must not be loaded afresh for ever.
  const run = { ...state.run, stalls: state.run.stalls + 1 };
  return go({ name: 'resuming', run, since: event.at }, notify({ type: 'warning', what }), { type: 'read-page' });
}

/** Whether the logout is a fact could not be found out with this page. */
export function onUnverified(state: VerifyingLogout, cause: string, policy: Policy): Step {
  return afterStall(state, `a logout could not be verified: ${cause}`, policy);
}

function linkAgain(state: VerifyingLogout, why: LinkCause, policy: Policy): Step {
  const rescan: Effect = notify({ type: 'rescan', why });
  return startFresh(state, why, policy, rescan);
}

/** `us`: the page takes the logout for ours, and no logout was asked for in this state. */
const endingOfLogout = {
  phone: 'logged-out-by-phone',
  us: 'logged-out-by-page',
  page: 'logged-out-by-page',
} as const;
