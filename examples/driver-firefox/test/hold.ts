import { after, describe, it } from 'node:test';
import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { tested } from './tested-driver.ts';

/** Holds the driver to the clauses whose names are wanted, under the runner of Node. */
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

/** Against hanging: some clauses launch twenty browsers. */
const LIMIT = { timeout: 240_000 };

/** What starts and ends many browsers, and takes about as long as all the rest: Node runs two files at a time. */
export function isOfLaunches(name: string): boolean {
  return /^(launch|fleet|network): /.test(name);
}
