import { hasFreshProof } from './login.js';
import { notify } from './moves.js';
import type { Policy } from './policy.js';
import type { Ready, Starting } from './state.js';
import { type EventOf, go, ignore, type Step } from './step.js';

/**
 * The browser uses too much memory: ends it, and starts another on the same profile. No crash, so it costs none of the tries that
 * crashes cost. Ignored unless the session is settled, proved ready since the last save, and about to save nothing, and while the
 * last renewal is too recent. The login of an ephemeral run would end with its browser.
 */
export function onRenewalDue(state: Ready, event: EventOf<'renewal-due'>, policy: Policy): Step {
  const { memory, baseline, at } = event;
  if (!mayRenew(state, policy, at)) return ignore(state);
  const run = { ...state.run, renewedAt: at };
  const next: Starting = { name: 'starting', run, phase: 'clearing', isFresh: false, recovery: null };
  return go(next, notify({ type: 'renewing', memory, baseline }), { type: 'close-browser' });
}

function mayRenew({ run, isSettled, saveDue }: Ready, { renewEvery }: Policy, at: number): boolean {
  if (run.isEphemeral || !isSettled || saveDue !== null || !hasFreshProof(run)) return false;
  return run.renewedAt === null || at - run.renewedAt >= renewEvery;
}
