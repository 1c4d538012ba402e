import { temporaryDirectory } from '@wakey/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelOf } from '../../test/journal-model.ts';
import { commit, putBack, withJournal } from '../../test/journals.ts';
import type { Op } from '../bridge/operations.js';

it('puts back exactly what any changes have left, over restarts and rewritten files', () =>
  fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 6 }), async (runs) => {
      const profile = temporaryDirectory();
      const model = modelOf();
      for (const { wanted, small } of runs) {
        await withJournal(
          profile,
          async (journal) => {
            expect(await putBack(journal)).toEqual({ cookies: [], ...model.content() });
            for (const one of wanted) {
              const origin = one.site % 3 === 0 ? 'https://two.test' : 'https://one.test';
              const ops = possible(model, origin, one);
              model.apply(origin, ops);
              if (ops.length > 0) commit(journal, ops, origin);
            }
          },
          { small },
        );
      }
      // As at the launch after a rewriting, and as at the one after that.
      for (const small of [0, 0, 1_000_000]) {
        expect(await withJournal(profile, putBack, { small })).toEqual({ cookies: [], ...model.content() });
      }
    }),
    { numRuns: 12 },
  ));

const wanted = fc.record({
  kind: fc.nat(),
  site: fc.nat(),
  database: fc.constantFrom('a', 'b'),
  store: fc.constantFrom('s', 't', 'u'),
  other: fc.constantFrom('s', 't', 'u'),
  key: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom('k', 2.5)),
  value: fc.string({ maxLength: 8 }),
});
const steps = fc.record({ wanted: fc.array(wanted, { maxLength: 40 }), small: fc.constantFrom(0, 1_000_000) });
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

/** The changes of a kind that a browser would accept now. */
function possible(model: ReturnType<typeof modelOf>, origin: string, one: Wanted): readonly Op[] {
  const { database, store, other, key, value, kind } = one;
  const { databases } = model.siteOf(origin);
  const found = databases.get(database);
  const made = found?.stores.get(store);
  const upgrade: Op = ['version', database, (found?.version ?? 0) + 1];
  if (kind % 19 === 18) return [['drop-database', database]];
  if (kind % 19 === 17) return [['local', store, kind % 2 === 0 ? null : value]];
  if (kind % 19 === 16) return [['clear-local']];
  if (made === undefined) {
    const index: Op = ['index', database, store, 'i', 'path', kind % 3 === 0, false];
    return [upgrade, ['store', database, store, null, kind % 2 === 0], ...(kind % 5 === 0 ? [index] : [])];
  }
  const isFree = found?.stores.has(other) === false;
  const hasIndex = made.indexes.has('i');
  if (kind % 19 === 15) return [upgrade, ['drop-store', database, store]];
  if (kind % 19 === 14 && isFree) return [upgrade, ['rename-store', database, store, other]];
  if (kind % 19 === 13 && hasIndex) return [upgrade, ['drop-index', database, store, 'i']];
  if (kind % 19 === 12 && hasIndex) return [upgrade, ['rename-index', database, store, 'i', 'j']];
  if (kind % 19 === 11) return [['clear', database, store]];
  if (kind % 19 > 8) return [['delete', database, store, [key, 1]]];
  return [
    ['put', database, store, key, value],
    ['put', database, store, 'k', { value }],
  ];
}
