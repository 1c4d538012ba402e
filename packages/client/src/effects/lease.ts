import type { CancelSignal, LeaseHolder } from '@wakey/core';
import type { HeldLease } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Takes the store's lease, where there is a store, and renews it until told to stop. */
export async function takeLease(
  context: EffectContext,
  holder: LeaseHolder,
  signal: CancelSignal,
): Promise<HeldLease | undefined> {
  const { store, id, clock, policy } = context;
  if (store === undefined) return undefined;
  const lease = await store.lease(id, holder, { timeout: policy.startTimeout * 0.8, signal });
  let cancel: () => void = () => undefined;
  let isOver = false;
  let isLost = false;
  const renewLater = () => {
    // Told to stop while a renewal was under way.
    if (isOver) return;
    cancel = clock.set(policy.heartbeat, () => {
      lease.renew({ timeout: policy.heartbeat }).then(renewLater, lose);
    });
  };
  const lose = (error: unknown) => {
    if (isOver) return;
    isLost = true;
    context.send({ type: 'lease-lost', detail: detailOf(error) });
  };
  renewLater();
  return {
    lease,
    isLost: () => isLost,
    stopRenewing() {
      isOver = true;
      cancel();
    },
  };
}
