import assert from 'node:assert/strict';
import type { Lease, SessionStore } from '@wakey/core';
import type { Clause } from '../clause.js';
import type { StoreClause } from './clause.js';
import { atomicityClauses } from './clauses/atomicity.js';
import { callClauses } from './clauses/calls.js';
import { capabilityClauses } from './clauses/capabilities.js';
import { fenceClauses } from './clauses/fences.js';
import { generationClauses } from './clauses/generations.js';
import { keepingClauses } from './clauses/keeping.js';
import { leaseClauses } from './clauses/leases.js';
import { losingClauses } from './clauses/losing.js';
import { quarantineClauses } from './clauses/quarantine.js';
import { segmentAtomicityClauses } from './clauses/segment-atomicity.js';
import { segmentTroubleClauses } from './clauses/segment-trouble.js';
import { segmentClauses } from './clauses/segments.js';
import { sizeClauses } from './clauses/sizes.js';
import { troubleClauses } from './clauses/trouble.js';
import { onPlace, placeOf } from './sabotage/sabotage.js';
import type { StoreCapability, StoreHooks, StorePlace, StoreUnderTest } from './subject.js';

/**
 * Every promise of `SessionStore`. The name of each clause is unique and begins with its subject. Each check has an
 * empty place of its own.
 */
export const storeClauses: readonly Clause<StoreUnderTest, StoreUnderTest, StoreCapability>[] = [
  ...capabilityClauses,
  ...published('bytes', keepingClauses),
  ...published('size', sizeClauses),
  ...published('generations', generationClauses),
  ...published('atomicity', atomicityClauses),
  ...published('calls', callClauses),
  ...published('fences', fenceClauses),
  ...published('leases', leaseClauses),
  ...published('leases', losingClauses),
  ...published('quarantine', quarantineClauses),
  ...published('segments', segmentClauses),
  ...published('segments', segmentAtomicityClauses),
  ...published('segments', segmentTroubleClauses),
  ...published('trouble', troubleClauses),
];

/** If a capability is absent, the clause checks that it is declared absent and that it really is. */
function published(
  about: string,
  clauses: readonly StoreClause[],
): readonly Clause<StoreUnderTest, StoreUnderTest, StoreCapability>[] {
  return clauses.map(({ name, needs, check, sabotage }) => ({
    name: `${about}: ${name}`,
    ...(needs === undefined ? {} : { needs }),
    sabotage,
    async check(under) {
      const place = await releasing(under).place();
      try {
        if (needs === undefined || under.capabilities[needs].supported) await check(withHooks(place, needs));
        else assert.ok(!isThere(place, needs), `${needs} is declared absent, but is present`);
      } finally {
        await place.remove();
      }
    },
  }));
}

/** Whether a place has the capability. Whether a bundle is streamed cannot be seen from outside. */
function isThere(place: StorePlace, needs: StoreCapability): boolean {
  if (needs === 'streaming') return false;
  const isOfStore = needs === 'quarantine' || needs === 'segments';
  return isOfStore ? place.open()[needs] !== undefined : place[needs] !== undefined;
}

/** A clause uses only the hook that it needs, and that hook is present at this point. */
function withHooks(place: StorePlace, needs: StoreCapability | undefined): StorePlace & StoreHooks {
  if (needs !== undefined && needs !== 'streaming')
    assert.ok(isThere(place, needs), `${needs} is declared present, but is absent`);
  return place as StorePlace & StoreHooks;
}

/**
 * Runs a clause on a good store that its saboteur has broken, and returns the message of the clause. Returns
 * `undefined` if the clause notices nothing: then the clause proves nothing.
 */
export async function noticedInStore(
  clause: Clause<StoreUnderTest, StoreUnderTest, StoreCapability>,
  good: StoreUnderTest,
): Promise<string | undefined> {
  try {
    await clause.check(clause.sabotage(releasing(good)));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Releases the leases that a check did not release, before the suite removes the place. */
function releasing(under: StoreUnderTest): StoreUnderTest {
  return onPlace((place) => {
    const leases: Lease[] = [];
    const keepingLeases = (store: SessionStore): SessionStore => ({
      ...store,
      lease: async (...call) => {
        const lease = await store.lease(...call);
        leases.push(lease);
        return lease;
      },
    });
    return {
      ...placeOf(place, keepingLeases),
      async remove() {
        // Most leases are released already. A lease of a dead process or of a broken store may refuse.
        await Promise.allSettled(leases.map((lease) => lease.release()));
        await place.remove();
      },
    };
  })(under);
}
