import assert from 'node:assert/strict';
import type { Lease } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { holderNamed, newest, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onLease, onPlace, onStores } from '../sabotage/sabotage.js';

/** How a lease ends without a release. */
export const losingClauses: readonly StoreClause[] = [
  {
    name: 'a lease expires when its holder does not renew it in time, and then another caller can take it',
    needs: 'passTime',
    sabotage: onPlace(() => ({ passTime: async () => undefined })),
    async check(place) {
      const lease = await place.open().lease('main', holderNamed('the one who hangs'));
      await write(place.open(), 'main', 'in time', lease.fence);
      await place.passTime(longAfter(lease));
      const next = await place.open().lease('main', holderNamed('the next'));
      assert.ok(next.fence > lease.fence, 'the fence does not increase');
      await rejects(lease.renew(), 'lease-lost');
      await rejects(write(place.open(), 'main', 'too late', lease.fence), 'stale-fence');
      await lease.release();
      await rejects(place.open().lease('main', holderNamed('the third')), 'session-in-use');
      await next.renew();
      assert.equal(await newest(place.open(), 'main'), 'in time');
      await next.release();
    },
  },
  {
    name: 'a renewal extends a lease by its duration, counted from the renewal',
    needs: 'passTime',
    sabotage: onLease((lease) => {
      let times = 0;
      return {
        renew: async (options) => {
          times += 1;
          if (times === 1) await lease.renew(options);
        },
      };
    }),
    async check(place) {
      const lease = await place.open().lease('main', holderNamed('the one who renews'));
      for (let times = 0; times < 5; times += 1) {
        await place.passTime(Number(lease.duration) * 0.7);
        await lease.renew();
      }
      await place.passTime(Number(lease.duration) * 0.7);
      await rejects(place.open().lease('main', holderNamed('somebody else')), 'session-in-use');
      await write(place.open(), 'main', 'still ours', lease.fence);
      await lease.release();
      await (await place.open().lease('main', holderNamed('somebody else'))).release();
    },
  },
  {
    name: 'a renewal does not restore an expired lease, also if nobody else took it',
    needs: 'passTime',
    sabotage: onLease((lease) => ({ renew: (options) => lease.renew(options).catch(() => undefined) })),
    async check(place) {
      const lease = await place.open().lease('main', holderNamed('the one who slept'));
      await place.passTime(longAfter(lease));
      await rejects(lease.renew(), 'lease-lost');
      await lease.release();
      await (await place.open().lease('main', holderNamed('the next'))).release();
    },
  },
  {
    name: 'exactly one of many waiting callers gets an expired lease',
    needs: 'passTime',
    sabotage: onStores(
      () => ({ isFirst: true, count: 0 }),
      (store, state) => ({
        lease: async (id, ...call) => {
          if (state.isFirst) {
            state.isFirst = false;
            return store.lease(id, ...call);
          }
          state.count += 1;
          return store.lease(`${id}-${state.count}`, ...call);
        },
      }),
    ),
    async check(place) {
      const lease = await place.open().lease('main', holderNamed('the one who hangs'));
      await place.passTime(longAfter(lease));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 6 }, (_, at) => place.open().lease('main', holderNamed(`contender ${at}`))),
      );
      const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      assert.equal(given.length, 1, `${given.length} of 6 got the lease`);
      await given[0]?.renew();
      await given[0]?.release();
    },
  },
  {
    name: 'a lease ends with its process and not before, and until then an error names its holder',
    needs: 'startOwner',
    sabotage: onPlace(({ startOwner }) => ({
      startOwner: async () => {
        const owner = await startOwner?.();
        assert.ok(owner !== undefined);
        return { ...owner, kill: async () => undefined };
      },
    })),
    async check(place) {
      const owner = await place.startOwner();
      try {
        const fence = await owner.lease('main');
        const refused = await rejects(place.open().lease('main', holderNamed('somebody else')), 'session-in-use');
        assert.equal(refused.details.pid, owner.pid);
        await owner.kill();
        const next = await place.open().lease('main', holderNamed('the next'));
        assert.ok(next.fence > fence, 'the fence does not increase');
        await rejects(write(place.open(), 'main', 'of the dead', fence), 'stale-fence');
        await next.release();
      } finally {
        await owner.kill();
      }
    },
  },
];

/** Other callers may wait a little longer than the holder, because clocks differ. */
function longAfter({ duration }: Lease): number {
  return 2 * Number(duration);
}
