import { type CancelSignal, isWakeyError, type Lease, type LeaseHolder } from '@wakey/core';
import { detailOf, type Send, type SessionParts } from './parts.js';

/** A store's lease and the end of its renewal. */
export interface HeldLease {
  readonly lease: Lease;
  /** Whether a renewal failed for good: another process may hold the lease. */
  readonly isLost: () => boolean;
  readonly stopRenewing: () => void;
}

/** What a lease needs besides the store. */
export interface LeaseContext {
  readonly parts: SessionParts;
  readonly send: Send;
  /** Whether this run erases the session's data first, so that the store need not be able to read them. */
  readonly isFresh: boolean;
}

/** Takes the lease of the store, if the session has a store, and renews the lease until it is released. */
export async function takeLease(
  { parts, send, isFresh }: LeaseContext,
  holder: LeaseHolder,
  signal: CancelSignal,
): Promise<HeldLease | undefined> {
  const { store, id, clock, policy, log } = parts;
  if (store === undefined) return undefined;
  let begun = clock.now();
  const lease = await store.lease(id, holder, {
    timeout: policy.startTimeout * 0.8,
    signal,
    ...(isFresh ? { toRemove: true } : {}),
  });
  const pause = Math.min(policy.heartbeat, (lease.duration ?? Number.POSITIVE_INFINITY) / RENEWALS);
  let cancel: () => void = () => undefined;
  let isOver = false;
  let isLost = false;
  const lose = (error: unknown) => {
    isLost = true;
    send({ type: 'lease-lost', detail: detailOf(error) });
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
