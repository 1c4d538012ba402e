import type { Restrictions } from '@wakey/core';
import type { EffectContext } from './context.js';

/** Puts on record what WhatsApp forbids the account, for those who look at the session from outside. */
export function noteRestrictions({ held, log }: EffectContext, restrictions: Restrictions): void {
  const { workspace } = held;
  const wanted = Object.keys(restrictions).length === 0 ? undefined : restrictions;
  if (workspace === undefined || JSON.stringify(workspace.record().restrictions) === JSON.stringify(wanted)) return;
  workspace.update({ restrictions: wanted }).catch((error: unknown) => {
    log('warn', 'the restrictions of the account could not be put on record', { error });
  });
}
