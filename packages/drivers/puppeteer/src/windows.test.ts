import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '@wakey/browser-process';
import { driverClauses, openDisplay, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserWithWindows, testedOn } from './testing/tested-driver.js';

const browser = await browserWithWindows();
const display = browser === undefined ? undefined : await openDisplay();
afterAll(() => display?.close());

const title = `the driver through puppeteer-core, on a browser with windows (${display ? 'shown on Xvfb' : 'none shown: no Xvfb'})`;
describe.each(browser === undefined ? [] : [browser])(`${title}, %s`, (executable) => {
  const under = testedOn(executable, display?.name);
  const subject = openDriverSubject(under);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(under));
  afterAll(() => subject.close());
});

it.each(browser === undefined ? [] : [browser])('keeps the newest cookie when signals end %s', async (executable) => {
  const profile = await mkdtemp(join(tmpdir(), 'wakey-signals-'));
  onTestFinished(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const site = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  onTestFinished(() => void site.close());
  await once(site, 'listening');
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const driver = testedOn(executable).driver({ env: { PATH: process.env.PATH } });
  const first = await driver.launch({ profile });
  await first.page.goto(url);
  await first.page.evaluate('(document.cookie = "kept=yes; max-age=99999", null)');
  // The same happens at a close when the browser does not answer the request to close.
  const record = JSON.parse(await readFile(join(profile, 'wakey-browser.json'), 'utf8'));
  expect(await endProcess(record)).toEqual([]);
  expect((await first.lost).kind).toBe('exited');
  const second = await driver.launch({ profile });
  await second.page.goto(url);
  expect(await second.page.evaluate('document.cookie')).toBe('kept=yes');
  await second.close();
});

it('does not use the headless shell when `headless` is false', async () => {
  // No display: a browser with windows fails to start, and without such a browser the launch is refused.
  const launching = testedOn('auto')
    .driver({ headless: false, env: { PATH: process.env.PATH } })
    .launch({});
  await expect(launching).rejects.toMatchObject({ code: expect.stringMatching(/^browser-(failed|unavailable)$/) });
});
