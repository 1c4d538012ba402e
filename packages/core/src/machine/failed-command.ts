import { unlinked } from './groups.js';
import type { Unlinked } from './linking.js';
import type { Policy } from './policy.js';
import { type EventOf, ignore, type Step } from './step.js';

/** The rule of states that are not linked for a failed page command. */
export function onFailed(state: Unlinked, event: EventOf<'page-command-failed'>, policy: Policy): Step {
  return unlinked['page-command-failed']?.(state, event, policy) ?? ignore(state);
}
