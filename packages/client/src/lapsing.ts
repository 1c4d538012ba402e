import { type Concealed, type Notice, type State, sealed, WakeyError } from '@wakey/core';
import type { Clock } from '@wakey/host';

/** A state whose codes can be revealed only until they expire. */
export function lapsingState(state: State, clock: Clock): State {
  if (state.name === 'awaiting-qr') return { ...state, qr: lapsing(state.qr, state.expiresAt, clock) };
  if (state.name === 'awaiting-link-code' && state.code.direction === 'type-on-phone') {
    return { ...state, code: { ...state.code, code: lapsing(state.code.code, state.expiresAt, clock) } };
  }
  if (state.name === 'loading' || state.name === 'linking') return { ...state, lapsed: null };
  return state;
}

/** A notice whose codes can be revealed only until they expire. */
export function lapsingNotice(notice: Notice, clock: Clock): Notice {
  if (notice.type === 'qr') return { ...notice, qr: lapsing(notice.qr, notice.expiresAt, clock) };
  if (notice.type !== 'link-code' || notice.code.direction !== 'type-on-phone') return notice;
  return { ...notice, code: { ...notice.code, code: lapsing(notice.code.code, notice.expiresAt, clock) } };
}

function lapsing(code: Concealed, expiresAt: number, clock: Clock): Concealed {
  return sealed(() => {
    if (clock.now() < expiresAt) return code.reveal();
    throw new WakeyError('expired', { what: 'This code has expired.', hint: 'Wait for the next code.' });
  });
}
