import { loginPending } from './groups.js';
import type { Policy } from './policy.js';
import type { LoginPending } from './state.js';
import { type EventOf, ignore, type Step } from './step.js';

/** The rule of states that are not linked for a failed page command. */
export function onFailed(state: LoginPending, event: EventOf<'page-command-failed'>, policy: Policy): Step {
  return loginPending['page-command-failed']?.(state, event, policy) ?? ignore(state);
}
