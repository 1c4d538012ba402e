import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';
import { endWork } from './keep.js';

/** Gives back lease, directory and lock. What cannot be given back is told, and does not hold up the rest. */
export function release(context: EffectContext): void {
  const { held } = context;
  const done = releaseAll(context);
  held.releasing = done;
  void done.then(() => {
    // An effect that outlives its run must not report to the next one.
    if (held.releasing === done) context.send({ type: 'released' });
  });
}

async function releaseAll({ held, log }: EffectContext): Promise<void> {
  const { opening } = held;
  opening?.abort.abort();
  await opening?.done;
  await endWork(held);
  const { lease, workspace, isUsed, isKept } = held;
  if (held.opening === opening) held.opening = undefined;
  held.lease = undefined;
  held.workspace = undefined;
  held.isUsed = false;
  held.isKept = false;
  held.restoring = undefined;
  held.rung = undefined;
  lease?.stopRenewing();
  if (workspace?.isInMemory === true && !isKept && (await holdsLogin(workspace))) {
    log('warn', 'the live profile stays in memory, where the next start finds it: it could not be kept', {});
  }
  for (const give of [() => lease?.lease.release(), () => workspace?.release({ isUnused: !isUsed, isKept })]) {
    try {
      await give();
    } catch (error) {
      log('error', 'could not be given back in order', { error, detail: detailOf(error) });
    }
  }
}

/** Whether the live profile holds what it would be a pity to lose. What cannot be told counts as such. */
async function holdsLogin(workspace: Workspace): Promise<boolean> {
  if (workspace.record().linkedAt === undefined) return false;
  return !(await workspace.isProfileEmpty().catch(() => false));
}
