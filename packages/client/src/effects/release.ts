import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';
import { endWork } from './credentials.js';

/** Releases the lease, the directory and the lock. A failure of one is logged and does not stop the others. */
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
    log('warn', 'could not save the live profile; it stays in memory, where the next start finds it', {});
  }
  for (const give of [() => lease?.lease.release(), () => workspace?.release({ isUnused: !isUsed, isKept })]) {
    try {
      await give();
    } catch (error) {
      log('error', 'could not release cleanly', { error, detail: detailOf(error) });
    }
  }
}

/** Whether the live profile may hold a login. A profile that cannot be inspected counts as holding one. */
async function holdsLogin(workspace: Workspace): Promise<boolean> {
  if (workspace.record().linkedAt === undefined) return false;
  return !(await workspace.isProfileEmpty().catch(() => false));
}
