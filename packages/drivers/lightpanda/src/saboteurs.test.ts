import { driverClauses, noticedBy } from '@wakey/conformance';
import { describe, expect, it } from 'vitest';
import { patchedStandIn } from '../test/tested-driver.ts';

/** Only this driver has the capability; the saboteurs of all other clauses are tested on the drivers of Chromium. */
describe('a driver that breaks one promise of snapshots fails its clause', async () => {
  const tested = await patchedStandIn();
  const clauses = driverClauses.filter(({ needs }) => needs === 'stateSnapshot');
  it.each(clauses.map((clause) => [clause.name, clause] as const))('%s', async (_, clause) => {
    expect(await noticedBy(clause, tested)).toBeTypeOf('string');
  });
});
