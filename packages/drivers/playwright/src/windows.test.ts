import { driverClauses, openDisplay, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { isWholeMatrix } from '@wakey/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { browserWithWindows, testedOn } from './testing/tested-driver.js';

const browser = await browserWithWindows();
const display = browser === undefined ? undefined : await openDisplay();
afterAll(() => display?.close());

const title = `the driver through playwright-core, on a browser with windows (${display ? 'shown on Xvfb' : 'none shown: no Xvfb'})`;
describe.each(browser === undefined ? [] : [browser])(`${title}, %s`, (executable) => {
  const under = testedOn(executable, display?.name);
  const subject = openDriverSubject(under);
  // The driver through puppeteer-core runs all of them on this browser. The shared code for Chromium meets them there.
  const isOwn = ({ name }: { readonly name: string }) =>
    isWholeMatrix() || /^(launch|options|endings|screenshot):/.test(name);
  for (const { name, check } of driverClauses.filter(isOwn)) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(under));
  afterAll(() => subject.close());
});

it('does not use the headless shell when `headless` is false', async () => {
  // No display: a browser with windows fails to start, and without such a browser the launch is refused.
  const launching = testedOn('auto')
    .driver({ headless: false, env: { PATH: process.env.PATH } })
    .launch({});
  await expect(launching).rejects.toMatchObject({ code: expect.stringMatching(/^browser-(failed|unavailable)$/) });
});
