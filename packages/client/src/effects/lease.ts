import { type CancelSignal, isWakeyError, type Lease, type LeaseHolder } from '@wakey/core';
import type { HeldLease } from '../held.js';
import { detailOf, type EffectContext } from './context.js';

/** Takes the store's lease, where there is a store, and renews it until told to stop. */
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
        log('warn', 'the lease could not be renewed; it is tried again', { detail: detailOf(error) });
        renewLater();
      },
    );
  };
  const renewLater = () => {
    // Told to stop while a renewal was under way.
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

/** How often a lease is renewed while it lasts, so that one renewal may fail. */
const RENEWALS = 4;

/** Whether it would lapse before the next renewal could save it. A lease without a duration lapses with its process alone. */
function hasLapsed({ duration }: Lease, begun: number, pause: number, now: number): boolean {
  return duration !== undefined && now + pause >= begun + duration;
}
