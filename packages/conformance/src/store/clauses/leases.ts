import assert from 'node:assert/strict';
import { isWakeyError } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { holderNamed, newest, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { onLease, onStore, onStores, recoding } from '../sabotage/sabotage.js';

/** Only one holder at a time may write. */
export const leaseClauses: readonly StoreClause[] = [
  {
    name: 'one holder at a time has the lease, and the error for a second one names the holder',
    sabotage: recoding('lease', 'session-in-use'),
    async check(place) {
      const store = place.open();
      const holder = holderNamed('the holder, a “program”');
      const lease = await store.lease('main', holder);
      for (const other of [store, place.open()]) {
        const error = await rejects(other.lease('main', holderNamed('somebody else')), 'session-in-use');
        for (const [name, value] of Object.entries(holder))
          assert.equal(error.details[name], value, `the error does not name the holder's ${name}`);
        assert.ok(error.message.includes(holder.program), 'the message does not name the program');
        assert.ok(error.message.includes(holder.host), 'the message does not name the host');
      }
      const others = await place.open().lease('other', holderNamed('of another session'));
      await others.release();
      await lease.release();
    },
  },
  {
    name: 'a released lease is free, and a second release does not end the lease of the next holder',
    sabotage: onStores(
      () => ({ last: undefined as (() => Promise<void>) | undefined }),
      (store, state) => ({
        lease: async (...call) => {
          const lease = await store.lease(...call);
          state.last = lease.release;
          let count = 0;
          const release = async () => {
            count += 1;
            await (count === 1 ? lease.release() : state.last?.());
          };
          return { ...lease, release };
        },
      }),
    ),
    async check(place) {
      const first = await place.open().lease('main', holderNamed('the first'));
      await first.release();
      await first.release();
      const second = await place.open().lease('main', holderNamed('the second'));
      await first.release();
      await rejects(place.open().lease('main', holderNamed('the third')), 'session-in-use');
      await second.renew();
      await second.release();
      await (await place.open().lease('main', holderNamed('the third'))).release();
    },
  },
  {
    name: 'a holder can renew its lease until it releases it, and not afterwards',
    sabotage: onLease(() => ({ renew: async () => undefined })),
    async check(place) {
      const lease = await place.open().lease('main', holderNamed('the holder'));
      for (let times = 0; times < 3; times += 1) await lease.renew();
      await rejects(place.open().lease('main', holderNamed('somebody else')), 'session-in-use');
      await lease.release();
      await rejects(lease.renew(), 'lease-lost');
      const next = await place.open().lease('main', holderNamed('the next'));
      await rejects(lease.renew(), 'lease-lost');
      await next.renew();
      await next.release();
    },
  },
  {
    name: 'writing, reading and removing do not release the lease',
    sabotage: onStores(
      () => new Map<string, () => Promise<void>>(),
      (store, held) => ({
        lease: async (id, ...call) => {
          const lease = await store.lease(id, ...call);
          held.set(id, lease.release);
          return lease;
        },
        remove: (id, options) => store.remove(id, options).finally(() => held.get(id)?.()),
      }),
    ),
    async check(place) {
      const store = place.open();
      const lease = await store.lease('main', holderNamed('the holder'));
      const isHeld = async () => {
        await lease.renew();
        await rejects(place.open().lease('main', holderNamed('somebody else')), 'session-in-use');
      };
      await write(store, 'main', 'while it is held', lease.fence);
      await isHeld();
      assert.equal(await newest(store, 'main'), 'while it is held');
      await store.remove('main', { fence: lease.fence });
      await isHeld();
      await write(store, 'main', 'after the removal', lease.fence);
      await isHeld();
      await lease.release();
    },
  },
  {
    name: 'exactly one of many callers at once gets the lease, each time with a greater fence',
    sabotage: onStore((store) => ({
      lease: async (id, ...call) => {
        const known = await store.read(id);
        await new Promise((resolve) => setImmediate(resolve));
        return store.lease(known === undefined ? `${id}-${Math.random()}`.replace('0.', '') : id, ...call);
      },
    })),
    async check(place) {
      let last = 0;
      for (let round = 1; round <= 8; round += 1) {
        const wanting = Array.from({ length: 6 }, (_, at) =>
          place.open().lease('main', { ...holderNamed(`contender ${at}`), pid: 1_000 + at }),
        );
        const outcomes = await Promise.allSettled(wanting);
        const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected')
            assert.ok(isWakeyError(outcome.reason, 'session-in-use'), String(outcome.reason));
        }
        assert.equal(given.length, 1, `${given.length} of 6 got the lease in round ${round}`);
        const [lease] = given;
        assert.ok(lease !== undefined && lease.fence > last, 'the fence does not increase');
        last = lease.fence;
        await lease.renew();
        await lease.release();
      }
    },
  },
];
