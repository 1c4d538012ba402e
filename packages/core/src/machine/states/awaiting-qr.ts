import { heartbeat, loginPending } from '../groups.js';
import { onQrLapsed } from '../linking.js';
import { load } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, type Rules } from '../step.js';

/** The page shows a QR code. */
export const awaitingQr: Rules<StateOf<'awaiting-qr'>> = {
  ...loginPending,
  clock: (state, { timer }, policy) => (timer === 'expiry' ? onQrLapsed(state, policy) : heartbeat(state)),
  offline: (state) => go(load(state.run, 'qr', { lapsed: state.qr })),
  'page-booting': (state) => go(load(state.run, 'qr', { lapsed: state.qr })),
};
