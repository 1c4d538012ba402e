import type { LeaseHolder } from '@wakey/core';
import type { HeldLease } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Takes the store's lease, where there is a store, and renews it until told to stop. */
export async function takeLease(context: EffectContext, holder: LeaseHolder): Promise<HeldLease | undefined> {
  const { store, id, clock, policy } = context;
  if (store === undefined) return undefined;
  const lease = await store.lease(id, holder);
  let cancel: () => void = () => undefined;
  const renewLater = () => {
    cancel = clock.set(policy.heartbeat, () => {
      lease.renew({ timeout: policy.heartbeat }).then(renewLater, (error: unknown) => {
        context.send({ type: 'lease-lost', detail: detailOf(error) });
      });
    });
  };
  renewLater();
  return { lease, stopRenewing: () => cancel() };
}
