import type { Concealed } from './event.js';
import type { LinkCodeSide, LoginPending } from './state.js';

/*
 * Whether a code of the page is new. The page reports its code at each reading, and each code is emitted once: nothing else in
 * the machine asks this question.
 */

/** Whether this QR code was emitted already: it is on show, or it has expired and no other code came since. */
export function isKnownQr(state: LoginPending, qr: Concealed): boolean {
  return lapsedOf(state)?.reveal() === qr.reveal();
}

/** Whether this link code is on show already. After a wrong entry the page asks again, which is news. */
export function isKnownLinkCode(state: LoginPending, code: LinkCodeSide): boolean {
  if (state.name !== 'awaiting-link-code') return false;
  const shown = state.code;
  if (shown.direction === 'type-on-phone')
    return code.direction === shown.direction && shown.code.reveal() === code.code.reveal();
  return code.direction === shown.direction && !(shown.isSubmitted && code.again);
}

/** Whether this request for a passkey is on show already. */
export function isKnownPasskey(state: LoginPending, request: Concealed): boolean {
  return state.name === 'awaiting-passkey' && state.request.reveal() === request.reveal();
}

/** The last QR code that was emitted in this state or right before it. */
export function lapsedOf(state: LoginPending): Concealed | null {
  if (state.name === 'awaiting-qr') return state.qr;
  return state.name === 'loading' || state.name === 'linking' ? state.lapsed : null;
}
