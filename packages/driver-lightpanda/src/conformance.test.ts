import { driverClauses, openDriverSubject } from '@wakey/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { underTest } from '../test/tested-driver.ts';

/** Clauses that are worded for a Chromium, and what is tested in their place (lightpanda-driver.test.ts). */
const otherwise: Readonly<Record<string, string>> = {
  'launch: says product and version of the browser, and its process': 'its versions have three parts, and a build',
  'launch: gives the browser no environment but the one it was given': 'it is also told to report nothing',
  'launch: gives the browser the further arguments it was told': 'it has others, and one it does not know ends it',
  'endings: rejects what is pending, and everything after, with page-crashed when the renderer crashes':
    'it has no renderer: what crashes is the browser, which is lost',
  'attach: takes a page of a running browser, and gives it back without touching the rest':
    'the other browser is started with the arguments of Chromium, and has many pages',
  'attach: says that a browser it is attached to is gone':
    'the other browser is started with the arguments of Chromium',
  'fleet: leaves nothing of 20 launches and 20 kills, 4 at a time': 'half of the launches are on a profile',
};

describe.each(await underTest())('the driver of Lightpanda, on $on', ({ executable, driver }) => {
  const subject = openDriverSubject({ executable, driver });
  for (const { name, check } of driverClauses) {
    if (otherwise[name] === undefined) it(name, () => check(subject));
  }
  it('leaves out no clause but those that are tested otherwise', () => {
    const names = driverClauses.map(({ name }) => name);
    expect(Object.keys(otherwise).filter((name) => !names.includes(name))).toEqual([]);
  });
  afterAll(() => subject.close());
});
