import { heartbeat, linked } from '../groups.js';
import { stopReady } from '../moves.js';
import { onRenewalDue } from '../renewal.js';
import type { StateOf } from '../state.js';
import { go, ignore, type Rules } from '../step.js';

/** Ready is proved. */
export const ready: Rules<StateOf<'ready'>> = {
  ...linked,
  stop: stopReady,
  'backup-due': (state) =>
    state.run.isEphemeral
      ? ignore(state)
      : go({ ...state, saveDue: state.saveDue ?? 'scheduled' }, { type: 'read-page' }),
  'renewal-due': onRenewalDue,
  clock: (state, { timer }) => {
    // Read the page once more before a save: only a profile that is ready now is saved.
    if (timer === 'settle') return go({ ...state, isSettled: true, saveDue: 'settled' }, { type: 'read-page' });
    if (timer === 'save') return go({ ...state, saveDue: state.saveDue ?? 'scheduled' }, { type: 'read-page' });
    if (timer === 'stable') return go({ ...state, run: { ...state.run, attempt: 0, crashes: 0, takeovers: 0 } });
    return heartbeat(state);
  },
};
