import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { patchedStandIn, underTest } from '../test/tested-driver.ts';

describe.each(await underTest())('the driver of Lightpanda, on $on', (tested) => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(tested));
  afterAll(() => subject.close());
});

/** Only what a patched build changes: what the page can do, and with it what may be in a snapshot. */
describe('the driver of Lightpanda, on a stand-in for a patched build', async () => {
  const subject = openDriverSubject(await patchedStandIn());
  const changed = driverClauses.filter(({ name }) => /^(capabilities|snapshot): /.test(name));
  for (const { name, check } of changed) it(name, () => check(subject));
  it('is held to clauses at all', () => expect(changed.length).toBeGreaterThan(5));
  afterAll(() => subject.close());
});
