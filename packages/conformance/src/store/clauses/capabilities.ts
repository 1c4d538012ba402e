import assert from 'node:assert/strict';
import type { Clause } from '../../clause.js';
import { holderNamed } from '../bundles.js';
import { onPlace } from '../sabotage/sabotage.js';
import type { StoreCapabilities, StoreCapability, StoreUnderTest } from '../subject.js';

/** A store declares truthfully its capabilities, and the faults that a test can cause in its place. */
export const capabilityClauses: readonly Clause<StoreUnderTest, StoreUnderTest, StoreCapability>[] = [
  {
    name: 'capabilities: declares each as present, or as absent with a reason',
    sabotage: (good) => ({
      ...good,
      capabilities: { ...good.capabilities, damage: { supported: false, reason: '' } },
    }),
    async check({ capabilities }) {
      for (const name of Object.keys(NAMES)) {
        const capability = capabilities[name as StoreCapability];
        assert.ok(capability !== undefined, `${name} is not declared`);
        if (!capability.supported) assert.ok(capability.reason.length > 10, `${name} is absent without a reason`);
      }
      assert.deepEqual(Object.keys(capabilities).sort(), Object.keys(NAMES).sort());
    },
  },
  {
    name: 'capabilities: a lease lasts as long as its process, or for the time in its `duration`',
    sabotage: onPlace((place) => ({
      open: () => {
        const store = place.open();
        const lease: typeof store.lease = async (...call) => {
          const { duration, ...others } = await store.lease(...call);
          return duration === undefined ? { ...others, duration: 1_000 } : others;
        };
        return { ...store, lease };
      },
    })),
    async check({ capabilities, place: makePlace }) {
      const place = await makePlace();
      try {
        const lease = await place.open().lease('main', holderNamed('the holder'));
        if (capabilities.passTime.supported)
          assert.ok(Number(lease.duration) > 0, 'a lease that expires has no duration');
        if (capabilities.startOwner.supported)
          assert.equal(lease.duration, undefined, 'a lease that lasts as long as its process has a duration');
        if (lease.duration !== undefined) assert.ok(Number.isFinite(lease.duration) && lease.duration > 0);
        await lease.release();
      } finally {
        await place.remove();
      }
    },
  },
];

/** The type makes the compiler report a new capability that is missing here. */
const NAMES: { readonly [C in keyof StoreCapabilities]: true } = {
  streaming: true,
  quarantine: true,
  segments: true,
  damage: true,
  damageSegment: true,
  fill: true,
  protect: true,
  disconnect: true,
  faultAt: true,
  passTime: true,
  startOwner: true,
};
