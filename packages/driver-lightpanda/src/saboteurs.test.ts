import { driverClauses, noticedBy } from '@wakey/conformance';
import { describe, expect, it } from 'vitest';
import { patchedStandIn } from '../test/tested-driver.ts';

/** The clauses that no driver of a Chromium has anything to keep for; the others are tested with those. */
describe('a driver that breaks one promise of snapshots fails its clause', async () => {
  const tested = await patchedStandIn();
  const clauses = driverClauses.filter(({ needs }) => needs === 'stateSnapshot');
  it.each(clauses.map((clause) => [clause.name, clause] as const))('%s', async (_, clause) => {
    expect(await noticedBy(clause, tested)).toBeTypeOf('string');
  });
});
