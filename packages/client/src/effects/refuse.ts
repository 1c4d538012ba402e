import type { RecoveryCause } from '@wakey/core';
import type { Refusal } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';

/** How many refusals a record holds: the newest. */
const MOST = 32;

/** The next generation is asked for because this one did not become ready: it is not offered again, also after a restart. */
export async function refuseUnproved(workspace: Workspace, why: RecoveryCause, at: number): Promise<void> {
  const { unproved } = workspace.record();
  if (unproved === undefined || (why !== 'credentials-lost' && why !== 'never-ready')) return;
  const others = othersThan(unproved.content, workspace.record().refused);
  await workspace.update({ unproved: undefined, refused: [...others, { ...unproved, at }].slice(-MOST) });
}

/** Refusals of every other content. */
export function othersThan(content: string, refused: readonly Refusal[] = []): readonly Refusal[] {
  return refused.filter((one) => one.content !== content);
}
