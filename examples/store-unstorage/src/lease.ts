import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWakeyError, type Lease, type LeaseHolder } from '@wakey/core';
import { calling, inUse, lost, type RunningCall } from './calls.ts';
import { type Shelf, SPAN } from './shelf.ts';

/** The times of leases, in ms. */
export interface LeaseOptions {
  /** How long a lease lasts without a renewal. @default 30_000 */
  readonly duration?: number;
  /** How much the clocks of two processes may differ, and how late the place may answer. @default 5_000 */
  readonly margin?: number;
  /** How long to wait before looking again whether another process has chosen its ticket. @default 50 */
  readonly pause?: number;
  /** The time, in ms since 1970. @default the machine's */
  readonly now?: () => number;
}

/** The claim of a process that wants the lease or holds it. The claim has no ticket while the process is still choosing one. */
interface Claim {
  readonly ticket?: number;
  readonly until: number;
  readonly holder: LeaseHolder;
}

/**
 * Takes the lease of a session. A key-value place has no compare-and-set, so processes queue as in Lamport's bakery: each
 * announces that it is choosing, takes a ticket greater than any it sees, and waits for those that are still choosing. The
 * process with the smallest ticket has the lease, and its ticket is the fence. Each process writes only its own key. While
 * all processes live, this is safe without a clock. The others skip a dead process once its claim has expired.
 */
export async function takeLease(
  shelf: Shelf,
  holder: LeaseHolder,
  options: LeaseOptions,
  call: RunningCall,
): Promise<Lease> {
  const { duration = 30_000, margin = 5_000, pause = 50, now = Date.now } = options;
  const me = randomUUID();
  let until = 0;
  const claim = async (ticket?: number) => {
    const next = now() + duration + margin;
    await shelf.put({ ticket, until: next, holder } satisfies Claim, 'claim', me);
    // The renewal was written too late: other processes may already have skipped the expired claim.
    if (until !== 0 && now() >= until - margin) throw lost(shelf.id);
    until = next;
  };
  const rivals = async () => {
    const claims = (await shelf.names('claim')).map(async ([name = '']) => {
      const text = name === me ? undefined : await shelf.get('claim', name);
      return text === undefined ? [] : [{ name, ...parsed(text) }];
    });
    return (await Promise.all(claims)).flat();
  };
  const isNewest = async (fence: number) => Math.floor((await shelf.marked()) / SPAN) <= fence;
  const withdraw = () => shelf.remove('claim', me);
  try {
    for (;;) {
      await claim();
      const tickets = (await rivals()).map(({ ticket = 0 }) => ticket);
      const ticket = Math.max(Math.floor((await shelf.marked()) / SPAN), ...tickets) + 1;
      await claim(ticket);
      for (;;) {
        call.check();
        const living = (await rivals()).filter((rival) => now() < rival.until);
        const first = living.find(
          (one) => one.ticket && (one.ticket < ticket || (one.ticket === ticket && one.name < me)),
        );
        if (first?.holder !== undefined) throw inUse(shelf.id, first.holder);
        if (living.every((one) => one.ticket !== undefined)) break;
        await call.race(sleep(pause));
      }
      // A process with the same ticket had the lease first and has gone. Its fence is used up, so choose a greater one.
      if (!(await isNewest(ticket - 1))) continue;
      await shelf.mark(ticket * SPAN);
      for (const { name, until } of await rivals()) if (now() >= until) await shelf.remove('claim', name);
      await claim(ticket);
      return leaseOf(ticket);
    }
  } catch (error) {
    await withdraw().catch(() => undefined); // If this fails too, the claim expires; report the first error.
    throw error;
  }

  function leaseOf(fence: number): Lease {
    return {
      fence,
      duration,
      renew: (options = {}) =>
        calling(options, 'store-unwritable', async () => {
          const isThere = (await shelf.get('claim', me)) !== undefined;
          if (!isThere || now() >= until - margin) throw lost(shelf.id);
          await claim(fence);
          if (!(await isNewest(fence))) throw lost(shelf.id);
        }).catch(async (error: unknown) => {
          // A claim that was renewed too late must not block the process that has the lease now.
          if (isWakeyError(error, 'lease-lost')) await withdraw().catch(() => undefined);
          throw error;
        }),
      release: () => calling({}, 'store-unwritable', withdraw),
    };
  }
}

/** Reads a claim. An unreadable claim may belong to a process, so it counts as one that is still choosing and never expires. */
function parsed(text: Buffer): Partial<Claim> & Pick<Claim, 'until'> {
  try {
    return JSON.parse(text.toString());
  } catch {
    return { until: Number.POSITIVE_INFINITY };
  }
}
