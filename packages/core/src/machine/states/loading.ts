import { onFailed } from '../failed-command.js';
import { loginPending } from '../groups.js';
import { end } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, ignore, type Rules } from '../step.js';

/** The page is open and has not reported what it needs. */
export const loading: Rules<StateOf<'loading'>> = {
  ...loginPending,
  'page-booting': (state, { missing }) =>
    state.missing.join() === missing.join() ? ignore(state) : go({ ...state, missing }),
  'page-command-failed': (state, event, policy) => {
    if (event.command === 'refresh-qr') return go({ ...state, isAsked: false });
    return onFailed(state, event, policy);
  },
  clock: (state, { timer }) => {
    if (timer === 'heartbeat') return go({ ...state, isAsked: false }, { type: 'read-page' });
    const missing = state.missing.length > 0 ? `, waiting for ${state.missing.join(', ')}` : '';
    return end(state, 'page-stuck', `no ${state.awaits} in time${missing}`);
  },
};
