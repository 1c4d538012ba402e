import type { Restrictions } from '@wakey/core';
import type { EffectContext } from './context.js';

/** Records what WhatsApp forbids the account, so that other processes can read it. */
export function noteRestrictions({ held, log }: EffectContext, restrictions: Restrictions): void {
  const { workspace } = held;
  const wanted = Object.keys(restrictions).length === 0 ? undefined : restrictions;
  if (workspace === undefined || JSON.stringify(workspace.record().restrictions) === JSON.stringify(wanted)) return;
  workspace.update({ restrictions: wanted }).catch((error: unknown) => {
    log('warn', 'could not record the restrictions of the account', { error });
  });
}
