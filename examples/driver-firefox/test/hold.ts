import { after, describe, it } from 'node:test';
import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { tested } from './tested-driver.ts';

/** Runs the driver clauses whose names `isWanted` accepts, under Node's test runner. */
export function hold(title: string, isWanted: (name: string) => boolean): void {
  describe(title, () => {
    const subject = openDriverSubject(tested);
    const wanted = driverClauses.filter(({ name }) => isWanted(name));
    for (const { name, check } of wanted) it(name, LIMIT, () => check(subject));
    const owners = ownerClauses.filter(({ name }) => isWanted(name));
    for (const { name, check } of owners) it(name, LIMIT, () => check(tested));
    after(() => subject.close());
  });
}

/** The time limit of one clause, in ms: some clauses launch twenty browsers. */
const LIMIT = { timeout: 240_000 };

/**
 * Whether a clause starts and ends many browsers. These clauses have a test file of their own: Node runs two files at a time,
 * and these clauses and `sessions.test.ts` together take as long as all other clauses.
 */
export function isOfLaunches(name: string): boolean {
  return /^(launch|fleet|network): /.test(name);
}
