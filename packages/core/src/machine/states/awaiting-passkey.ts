import { onFailed } from '../failed-command.js';
import { heartbeat, loginPending, mergeEffects } from '../groups.js';
import { end } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, ignore, type Rules } from '../step.js';

/** The page asks for a passkey. */
export const awaitingPasskey: Rules<StateOf<'awaiting-passkey'>> = {
  ...loginPending,
  unpaired: ignore,
  qr: ignore,
  'qr-idle': ignore,
  'answer-passkey': (state, { answer }) =>
    go({ ...state, isAnswered: true }, { type: 'command-page', command: { type: 'answer-passkey', answer } }),
  'page-command-failed': (state, event, policy) =>
    onFailed(event.command === 'answer-passkey' ? { ...state, isAnswered: false } : state, event, policy),
  'refuse-passkey': (state) =>
    mergeEffects(end(state, 'passkey-refused'), { type: 'command-page', command: { type: 'refuse-passkey' } }),
  clock: (state, { timer }) => (timer === 'expiry' ? end(state, 'passkey-timeout') : heartbeat(state)),
};
