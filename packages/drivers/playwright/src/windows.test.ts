import { driverClauses, openDisplay, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { browserWithWindows, testedOn } from './testing/tested-driver.js';

const browser = await browserWithWindows();
const display = browser === undefined ? undefined : await openDisplay();
afterAll(() => display?.close());

const title = `the driver through playwright-core, on a browser with windows (${display ? 'shown on Xvfb' : 'none shown: no Xvfb'})`;
describe.each(browser === undefined ? [] : [browser])(`${title}, %s`, (executable) => {
  const under = testedOn(executable, display?.name);
  const subject = openDriverSubject(under);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(under));
  afterAll(() => subject.close());
});

it('takes no headless shell where a window is wanted', async () => {
  // Without a display no window opens; a shell would be refused for having none.
  const launching = testedOn('auto')
    .driver({ headless: false, env: { PATH: process.env.PATH } })
    .launch({});
  await expect(launching).rejects.toMatchObject({ code: expect.stringMatching(/^browser-(failed|unavailable)$/) });
});
