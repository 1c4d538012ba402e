import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, it } from 'vitest';
import { underTest } from '../test/tested-driver.ts';

describe.each(await underTest())('the Lightpanda driver, on $on', (tested) => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(tested));
  afterAll(() => subject.close());
});
