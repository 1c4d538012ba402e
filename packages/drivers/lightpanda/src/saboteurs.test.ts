import { driverClauses, noticedBy } from '@wakey/conformance';
import { describe, expect, it } from 'vitest';
import { underTest } from '../test/tested-driver.ts';

/**
 * Only this driver has the capability `stateSnapshot`. The Chromium drivers test the saboteurs of all other clauses.
 */
describe('a driver that breaks one promise of snapshots fails its clause', async () => {
  const [tested] = (await underTest()).slice(-1);
  if (tested === undefined) throw new Error('there is no Lightpanda and no stand-in');
  const clauses = driverClauses.filter(({ needs }) => needs === 'stateSnapshot');
  it.each(clauses.map((clause) => [clause.name, clause] as const))('%s', async (_, clause) => {
    expect(await noticedBy(clause, tested)).toBeTypeOf('string');
  });
});
