import { mergeEffects, warned } from '../groups.js';
import { withProof } from '../login.js';
import { notify, proceed, stop, unkillable } from '../moves.js';
import type { StateOf } from '../state.js';
import { go, ignore, type Rules } from '../step.js';

/** The session is being stopped in phases. */
export const stopping: Rules<StateOf<'stopping'>> = {
  stop: (state) => go(state),
  readiness: (state, { me, missing }) =>
    state.phase === 'proving' && me !== undefined && missing.length === 0
      ? stop({ ...state, run: withProof(state.run, 'fresh') }, state.goal)
      : ignore(state),
  'read-failed': (state, { at }) => (state.phase === 'proving' ? proceed(state, at) : ignore(state)),
  'browser-closed': (state, { at }) => (state.phase === 'closing' ? proceed(state, at) : ignore(state)),
  'browser-unkillable': (state, { detail, at }) => (state.phase === 'closing' ? unkillable(detail, at) : ignore(state)),
  erased: (state, { at }) => (state.phase === 'erasing' ? proceed(state, at) : ignore(state)),
  'erase-failed': (state, { at, detail }) =>
    state.phase === 'erasing' ? warned(proceed(state, at), `not erased: ${detail}`) : ignore(state),
  saved: (state, { at, generation = null }) =>
    state.phase === 'saving' ? mergeEffects(proceed(state, at), notify({ type: 'saved', generation })) : ignore(state),
  'save-failed': (state, { at, detail }) =>
    state.phase === 'saving' ? warned(proceed(state, at), `not saved: ${detail}`) : ignore(state),
  // A requested stop could not save the session, so report the loss as its ending.
  'workspace-lost': (state, { detail }) =>
    state.goal.name === 'stopped'
      ? go({ ...state, goal: { name: 'ended', reason: 'session-unreadable', detail, retryAfter: null } })
      : ignore(state),
  released: (state, { at }) => (state.phase === 'releasing' ? proceed(state, at) : ignore(state)),
  clock: (state, { at }) => {
    if (state.phase === 'closing') return unkillable('the driver did not confirm that the browser has ended', at);
    return warned(proceed(state, at), `no answer while ${state.phase}`);
  },
};
