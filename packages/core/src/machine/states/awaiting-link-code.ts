import { onFailed } from '../failed-command.js';
import { heartbeat, loginPending } from '../groups.js';
import { onLinkCodeFailed } from '../linking.js';
import type { StateOf } from '../state.js';
import { go, type Rules, refuse } from '../step.js';

/** A person has to enter a link code. */
export const awaitingLinkCode: Rules<StateOf<'awaiting-link-code'>> = {
  ...loginPending,
  'submit-link-code': (state, { code }) =>
    state.code.direction === 'type-here'
      ? go(
          { ...state, code: { ...state.code, isSubmitted: true } },
          { type: 'command-page', command: { type: 'submit-link-code', code } },
        )
      : refuse(state),
  'page-command-failed': (state, event, policy) => {
    const { code } = state;
    const isEntry = event.command === 'submit-link-code' && code.direction === 'type-here';
    return onFailed(isEntry ? { ...state, code: { ...code, isSubmitted: false } } : state, event, policy);
  },
  clock: (state, { timer }, policy) =>
    timer === 'expiry'
      ? onLinkCodeFailed(state, { why: 'expired', detail: '', retryAfter: null }, policy)
      : heartbeat(state),
  'page-booting': (state, _, policy) =>
    onLinkCodeFailed(state, { why: 'expired', detail: 'the page was loaded again', retryAfter: null }, policy),
};
