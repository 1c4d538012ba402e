import {
  onBlocked,
  onCodeWhileLinked,
  onConflict,
  onConnecting,
  onDialog,
  onIncompatible,
  onOffline,
  onReadiness,
  onReboot,
  onSilent,
  onSyncing,
} from './linked.js';
import { onLinkCode, onLinkCodeFailed, onLinking, onPasskey, onQr, onQrIdle, onUnpaired } from './linking.js';
import { isLinked, withoutFreshProof } from './login.js';
import { onLoggedOut } from './logout.js';
import { afterCrash, afterCutOff, end, notify, startFresh, stop } from './moves.js';
import type { Policy } from './policy.js';
import type { Active, LoginPending, OnPage, State, StateOf } from './state.js';
import { go, ignore, type Rules, type Step } from './step.js';

/** Rules of every running state: it can be stopped at any time, whether its browser starts, runs or is gone. */
export const active: Rules<Active> = {
  stop: (state) => stop(state, { name: 'stopped' }),
  'lease-lost': (state, { detail }) => end(state, 'lease-lost', detail),
  'workspace-lost': (state, { detail }) => end(state, 'session-unreadable', detail),
};

/** Rules for the outcome of a save that began in `ready`; the session may be in another state by now. */
export const saving: Rules<OnPage | StateOf<'verifying-logout'>> = {
  saved: (state, { generation }) => {
    if (state.run.isEphemeral) return ignore(state);
    const restorable = generation === undefined ? {} : { canRestore: true };
    const run = { ...withoutFreshProof(state.run), ...restorable };
    return go({ ...state, run }, notify({ type: 'saved', generation: generation ?? null }));
  },
  'save-failed': (state, { detail }) => go(state, notify({ type: 'warning', what: `not saved: ${detail}` })),
};

/** Rules of states with an open page. */
export const onPage: Rules<OnPage> = {
  ...active,
  relink: (state, { phone }, policy) => relinkAtOnce(state, phone, policy),
  connecting: onConnecting,
  syncing: onSyncing,
  readiness: onReadiness,
  offline: onOffline,
  conflict: onConflict,
  'logged-out': onLoggedOut,
  blocked: onBlocked,
  dialog: onDialog,
  incompatible: onIncompatible,
  'browser-lost': (state, { detail }, policy) => afterCrash(state, detail, policy),
  // Another page has replaced WhatsApp's: the page navigated away, or a login portal answers for a while.
  'page-refused': (state, { reason, detail, at }, policy) => afterCutOff(state, { reason, cause: detail, at }, policy),
  'page-command-failed': (state, { command, detail }) =>
    go(state, notify({ type: 'warning', what: `${command}: ${detail}` })),
  ...saving,
};

/** Rules of states in which the page may still have to show a code. */
export const loginPending: Rules<LoginPending> = {
  ...onPage,
  unpaired: (state, _, policy) => onUnpaired(state, policy),
  qr: onQr,
  'qr-idle': (state, _, policy) => onQrIdle(state, policy),
  'link-code': onLinkCode,
  'link-code-wanted': onLinkCode,
  'link-code-failed': (state, { why, retryAfter }, policy) =>
    onLinkCodeFailed(state, { why, detail: '', retryAfter: retryAfter ?? null }, policy),
  'page-command-failed': (state, { command, detail }, policy) => {
    // If the page shows a code already, the request was successful, so ignore its late failure.
    if (command === 'request-link-code' && state.name === 'loading')
      return onLinkCodeFailed(state, { why: 'rejected', detail, retryAfter: null }, policy);
    return go(state, notify({ type: 'warning', what: `${command}: ${detail}` }));
  },
  linking: onLinking,
  passkey: onPasskey,
};

/** Rules of states in which the page was linked at the last reading. */
export const linked: Rules<StateOf<'syncing' | 'ready' | 'interrupted'>> = {
  ...onPage,
  logout: (state) => logOut(state, false),
  relink: (state, { phone }) => logOut({ ...state, run: withMethod(state, phone) }, true),
  unpaired: (state, _, policy) => onCodeWhileLinked(state, policy),
  qr: (state, _, policy) => onCodeWhileLinked(state, policy),
  'qr-idle': (state, _, policy) => onCodeWhileLinked(state, policy),
  'link-code': (state, _, policy) => onCodeWhileLinked(state, policy),
  'link-code-wanted': (state, _, policy) => onCodeWhileLinked(state, policy),
  passkey: (state, _, policy) => onCodeWhileLinked(state, policy),
  'page-booting': (state, { at }) => onReboot(state, at),
  'read-failed': onSilent,
};

/** The run with another way to link, and with the counts of codes at zero. */
export function withMethod(state: Active, phone: string | undefined) {
  const method = phone === undefined ? state.run.method : { by: 'code' as const, phone };
  return { ...state.run, method, qrCodes: 0, linkCodes: 0 };
}

/** Starts again with a new link. Does not ask the page to unlink, because the page could not do it in this state. */
export function relinkAtOnce(state: Active, phone: string | undefined, policy: Policy): Step {
  const step = startFresh({ ...state, run: withMethod(state, phone) }, 'relink', policy);
  return isLinked(state.run) ? warned(step, mayRemain) : step;
}

/** Asks the page to unlink. */
export function logOut(state: OnPage, isRelinking: boolean): Step {
  return go(
    { name: 'logging-out', run: state.run, isRelinking },
    { type: 'command-page', command: { type: 'log-out' } },
  );
}

/** The page did not confirm the logout: keeps the login, unless the session is to be linked again anyway. */
export function unconfirmed(state: StateOf<'logging-out'>, detail: string, policy: Policy): Step {
  if (!state.isRelinking) return end(state, 'logout-unconfirmed', detail);
  return warned(startFresh(state, 'relink', policy), `${mayRemain}: ${detail}`);
}

/** The page confirms the logout that this program requested. */
export function loggedOutByUs(state: StateOf<'logging-out'>, policy: Policy): Step {
  return state.isRelinking ? startFresh(state, 'relink', policy) : end(state, 'logged-out-by-us');
}

/** The warning after an erasure that WhatsApp was not told of. */
export const mayRemain = 'the former link may remain on the phone; remove it there';

/** Reads the page again. */
export function heartbeat(state: State): Step {
  return go(state, { type: 'read-page' });
}

/** A step with a warning. */
export function warned(step: Step, what: string): Step {
  return mergeEffects(step, notify({ type: 'warning', what }));
}

/** A step with one more effect, first. */
export function mergeEffects(step: Step, effect: Step['effects'][number]): Step {
  return { ...step, effects: [effect, ...step.effects] };
}
