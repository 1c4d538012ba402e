import { isLinked } from './login.js';
import { end, erasure, notify, recover, relaunch, withoutLogin } from './moves.js';
import type { Policy } from './policy.js';
import type { Active, Login, Starting } from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/** The page finds no credentials in a linked profile: tries the backups before a person has to scan a code. */
export function onCredentialsLost(state: Active, policy: Policy): Step | undefined {
  return isLinked(state.run) && state.run.canRestore ? tryOlder(state, policy) : undefined;
}

/** The restored profile holds no credentials, or the service refused them: tries the next older backup. */
export function tryOlder(state: Active, policy: Policy): Step {
  return recover(state, 'credentials-lost', policy);
}

/** A backup was restored: the session resumes with it. */
export function onRestored(state: Starting, event: EventOf<'restored'>, policy: Policy): Step {
  if (state.phase !== 'restoring' || state.recovery === null) return ignore(state);
  if (state.isFresh) return erase(state);
  const { generation, quarantine, damaged, from, age, missing, isAgain } = event;
  const login: Login =
    from === 'live'
      ? { is: 'held', from: 'profile', proof: 'none' }
      : { is: 'held', from: 'backup', restored: { from, age, missing, at: event.at }, proof: 'none' };
  const step = relaunch({ ...state.run, login }, policy);
  const facts = { generation, quarantine, damaged, from, age, missing, isAgain };
  const notice = { type: 'recovery', step: 'restored', why: state.recovery, ...facts } as const;
  return { ...step, effects: [notify(notice), ...step.effects] };
}

/**
 * No backup is left to try. A login that the service accepts is not given up, although it does not become ready. Any other
 * session needs a new link, on an empty profile.
 */
export function onNothingToRestore(state: Starting, event: EventOf<'nothing-to-restore'>, policy: Policy): Step {
  if (state.phase !== 'restoring' || state.recovery === null) return ignore(state);
  if (state.isFresh) return erase(state);
  if (state.recovery === 'never-ready') return end(state, 'page-stuck', noneReady);
  const { quarantine } = event;
  const why = 'credentials-lost';
  const step = relaunch({ ...withoutLogin(state.run, why), canRestore: false }, policy);
  const notice = { type: 'recovery', step: 'link-again', why: state.recovery, quarantine } as const;
  return { ...step, effects: [notify(notice), notify({ type: 'rescan', why }), ...step.effects] };
}

const noneReady =
  'WhatsApp accepts the login, but no backup becomes ready; the login and the profile that was tried last are kept';

/** The backups cannot be read: ends the session, because a new link might replace a good backup. */
export function onRestoreFailed(state: Starting, { detail }: EventOf<'restore-failed'>): Step {
  if (state.phase !== 'restoring') return ignore(state);
  return state.isFresh ? erase(state) : end(state, 'session-unreadable', detail);
}

/** Erases the credentials, because a relink was requested meanwhile. */
function erase(state: Starting): Step {
  return go({ ...state, phase: 'erasing', recovery: null }, erasure(state.run.why));
}
