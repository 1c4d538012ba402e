import type { RecoveryCause } from '@wakey/core';
import type { Refusal } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';

/** How many refusals a record holds. The oldest are dropped. */
const MOST = 32;

/**
 * Records that the session did not become ready with the restored backup, so that no later start restores that backup.
 */
export async function refuseUnproved(workspace: Workspace, why: RecoveryCause, at: number): Promise<void> {
  const { unproved } = workspace.record();
  if (unproved === undefined || (why !== 'credentials-lost' && why !== 'never-ready')) return;
  const others = othersThan(unproved.content, workspace.record().refused);
  await workspace.update({ unproved: undefined, refused: [...others, { ...unproved, at }].slice(-MOST) });
}

/** The refusals of all backups whose content differs from `content`. */
export function othersThan(content: string, refused: readonly Refusal[] = []): readonly Refusal[] {
  return refused.filter((one) => one.content !== content);
}
