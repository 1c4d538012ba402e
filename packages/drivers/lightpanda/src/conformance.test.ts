import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { patchedStandIn, underTest } from '../test/tested-driver.ts';

describe.each(await underTest())('the Lightpanda driver, on $on', (tested) => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(tested));
  afterAll(() => subject.close());
});

/**
 * Checks only the clauses that a patched build changes: the capabilities of the page, and the content of a snapshot.
 */
describe('the Lightpanda driver, on a stand-in for a patched build', async () => {
  const subject = openDriverSubject(await patchedStandIn());
  const changed = driverClauses.filter(({ name }) => /^(capabilities|snapshot): /.test(name));
  for (const { name, check } of changed) it(name, () => check(subject));
  it('has clauses to keep', () => expect(changed.length).toBeGreaterThan(5));
  afterAll(() => subject.close());
});
