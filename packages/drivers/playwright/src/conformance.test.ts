import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, it } from 'vitest';
import { tested } from './testing/tested-driver.js';

describe('the driver through playwright-core', () => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(tested));
  afterAll(() => subject.close());
});
