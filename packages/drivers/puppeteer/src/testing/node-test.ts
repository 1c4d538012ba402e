import { after, describe, it } from 'node:test';
import { driverClauses, openDriverSubject } from '@wakey/conformance';
import { tested } from './tested-driver.js';

/** The conformance suite under the test runner of Node. `conformance.test.ts` starts it. */
describe('the driver through puppeteer-core', () => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  after(() => subject.close());
});
