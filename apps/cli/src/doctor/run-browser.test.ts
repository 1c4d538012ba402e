import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type BrowserDriver, type LaunchOptions, WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import { runBrowser } from './run-browser.js';

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('wakey-doctor-'));
const { signal } = new AbortController();

/** A driver that keeps profiles, and whose browser never starts. */
const driverThat = (launch: BrowserDriver['launch']) =>
  ({ name: 'test', capabilities: { persistentProfile: { supported: true } }, launch }) as unknown as BrowserDriver;

it('says that a browser did not answer in time, and leaves no file', async () => {
  const before = folders();
  const launches: LaunchOptions[] = [];
  const driver = driverThat((options) => {
    launches.push(options);
    return new Promise((_, reject) => {
      const aborted = () => reject(new WakeyError('aborted', { what: 'It was aborted.', hint: '' }));
      if (options.signal?.aborted === true) aborted();
      options.signal?.addEventListener('abort', aborted, { once: true });
    });
  });
  const findings = await runBrowser({ driver, within: 20, signal });
  expect(findings).toEqual([
    expect.objectContaining({
      ...{ check: 'browser-runs', is: 'bad' },
      what: 'The browser did not start and answer within 0.02 s, and was ended.',
    }),
  ]);
  expect(launches[0]?.profile).toContain('wakey-doctor-');
  expect(folders()).toEqual(before);
});

it('says why a browser did not start', async () => {
  const failed = new WakeyError('browser-failed', { what: 'It died at once.', hint: 'Read its output.' });
  expect(await runBrowser({ driver: driverThat(() => Promise.reject(failed)), signal })).toEqual([
    { check: 'browser-runs', is: 'bad', what: 'It died at once.', hint: 'Read its output.' },
  ]);
});
