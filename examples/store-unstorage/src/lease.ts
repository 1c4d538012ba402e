import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWakeyError, type Lease, type LeaseHolder } from '@wakey/core';
import { type Call, calling, inUse, lost } from './calls.ts';
import { type Shelf, SPAN } from './shelf.ts';

/** How leases are given. All in ms. */
export interface LeaseOptions {
  /** How long a lease lasts without a renewal. @default 30_000 */
  readonly duration?: number;
  /** How much the clocks of two owners may differ, and how late the place may answer. @default 5_000 */
  readonly margin?: number;
  /** How long to wait before asking again for one that is just coming. @default 50 */
  readonly pause?: number;
  /** The time, in ms since 1970. @default the machine's */
  readonly now?: () => number;
}

/** Somebody wants the lease, or has it: without a ticket while it is still choosing one. */
interface Claim {
  readonly ticket?: number;
  readonly until: number;
  readonly holder: LeaseHolder;
}

/**
 * A key-value place has no compare-and-set, so owners queue as in Lamport's bakery: say that you choose, take a ticket
 * greater than any you see, wait for whoever still chooses; the smallest ticket has it, and is the fence. Each writes only
 * its own key. Needs no clock to be safe while everybody lives; whoever dies is passed over when its claim has lapsed.
 */
export async function takeLease(shelf: Shelf, holder: LeaseHolder, options: LeaseOptions, call: Call): Promise<Lease> {
  const { duration = 30_000, margin = 5_000, pause = 50, now = Date.now } = options;
  const me = randomUUID();
  let until = 0;
  const claim = async (ticket?: number) => {
    const next = now() + duration + margin;
    await shelf.put({ ticket, until: next, holder } satisfies Claim, 'claim', me);
    // Put too late: others may have passed over the claim before.
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
      // Somebody had the same ticket, came first, and has gone since.
      if (!(await isNewest(ticket - 1))) continue;
      await shelf.mark(ticket * SPAN);
      for (const { name, until } of await rivals()) if (now() >= until) await shelf.remove('claim', name);
      await claim(ticket);
      return leaseOf(ticket);
    }
  } catch (error) {
    await withdraw().catch(() => undefined); // It lapses otherwise; the first failure is the one to tell.
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
          // What was put too late must not stand in the way of the owner who came after.
          if (isWakeyError(error, 'lease-lost')) await withdraw().catch(() => undefined);
          throw error;
        }),
      release: () => calling({}, 'store-unwritable', withdraw),
    };
  }
}

/** A claim that cannot be read may be somebody's: it is waited for, as one that is still choosing. */
function parsed(text: Buffer): Partial<Claim> & Pick<Claim, 'until'> {
  try {
    return JSON.parse(text.toString());
  } catch {
    return { until: Number.POSITIVE_INFINITY };
  }
}
