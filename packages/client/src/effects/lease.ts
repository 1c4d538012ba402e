import { type CancelSignal, isWakeyError, type Lease, type LeaseHolder } from '@wakey/core';
import type { HeldLease } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Takes the lease of the store, if the session has a store, and renews the lease until it is released. */
export async function takeLease(
  context: EffectContext,
  holder: LeaseHolder,
  signal: CancelSignal,
): Promise<HeldLease | undefined> {
  const { store, id, clock, policy, log } = context;
  if (store === undefined) return undefined;
  let begun = clock.now();
  const lease = await store.lease(id, holder, {
    timeout: policy.startTimeout * 0.8,
    signal,
    ...(context.isFresh() ? { toRemove: true } : {}),
  });
  const pause = Math.min(policy.heartbeat, (lease.duration ?? Number.POSITIVE_INFINITY) / RENEWALS);
  let cancel: () => void = () => undefined;
  let isOver = false;
  let isLost = false;
  const lose = (error: unknown) => {
    isLost = true;
    context.send({ type: 'lease-lost', detail: detailOf(error) });
  };
  const renew = () => {
    const now = clock.now();
    lease.renew({ timeout: pause }).then(
      () => {
        begun = now;
        renewLater();
      },
      (error: unknown) => {
        if (isOver) return;
        if (isWakeyError(error, 'lease-lost') || hasLapsed(lease, begun, pause, clock.now())) return lose(error);
        log('warn', 'could not renew the lease; Wakey tries again', { detail: detailOf(error) });
        renewLater();
      },
    );
  };
  const renewLater = () => {
    // The release can come while a renewal is under way.
    if (!isOver) cancel = clock.set(pause, renew);
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

/** How often the client renews a lease within its duration. More than once, so that a renewal may fail. */
const RENEWALS = 4;

/** Whether the lease expires before the next renewal. A lease without a duration expires only with its process. */
function hasLapsed({ duration }: Lease, begun: number, pause: number, now: number): boolean {
  return duration !== undefined && now + pause >= begun + duration;
}
