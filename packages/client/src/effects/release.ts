import { detailOf, type EffectContext } from './context.js';

/** Gives back lease, directory and lock. What cannot be given back is told, and does not hold up the rest. */
export function release(context: EffectContext): void {
  void releaseAll(context).then(() => context.send({ type: 'released' }));
}

async function releaseAll(context: EffectContext): Promise<void> {
  const { held } = context;
  held.opening?.abort.abort();
  await held.opening?.done;
  const { lease, workspace, isUsed } = held;
  held.opening = undefined;
  held.lease = undefined;
  held.workspace = undefined;
  held.isUsed = false;
  lease?.stopRenewing();
  for (const give of [() => lease?.lease.release(), () => workspace?.release({ isUnused: !isUsed })]) {
    try {
      await give();
    } catch (error) {
      context.log('error', 'could not be given back in order', { error, detail: detailOf(error) });
    }
  }
}
