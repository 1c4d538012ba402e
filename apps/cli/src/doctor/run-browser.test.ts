import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BrowserDriver, type BrowserHandle, type LaunchOptions, WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import { runBrowser } from './run-browser.js';

const { signal } = new AbortController();

/** A driver that keeps profiles, and whose browser never starts. */
const driverThat = (launch: BrowserDriver['launch']) =>
  ({ name: 'test', capabilities: { persistentProfile: { supported: true } }, launch }) as unknown as BrowserDriver;

it('says that a browser did not answer in time, and leaves no file', async () => {
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
      what: 'The browser did not start and answer within 0.02 s.',
    }),
  ]);
  const { profile = '' } = launches[0] ?? {};
  expect(profile).toContain('wakey-doctor-');
  expect(existsSync(dirname(profile))).toBe(false);
});

it('does not wait for a driver that ignores its deadline, and ends the browser that it starts later', async () => {
  const late = Promise.withResolvers<BrowserHandle>();
  const ended = Promise.withResolvers<void>();
  const findings = await runBrowser({ driver: driverThat(() => late.promise), within: 10, grace: 10, signal });
  expect(findings).toEqual([
    expect.objectContaining({
      ...{ check: 'browser-runs', is: 'bad' },
      what: expect.stringContaining('although doctor told it to stop. The browser may still run.'),
    }),
  ]);
  late.resolve({ close: async () => ended.resolve() } as unknown as BrowserHandle);
  await ended.promise;
});

it('does not wait for a browser that neither answers nor ends', async () => {
  const never = () => new Promise<never>(() => undefined);
  const version = { product: 'Test', version: '1' };
  const handle = { version, page: { goto: never }, close: never } as unknown as BrowserHandle;
  const findings = await runBrowser({ driver: driverThat(async () => handle), within: 10, grace: 10, signal });
  expect(findings.map(({ what }) => what)).toEqual([
    'Test 1 starts',
    'The browser did not start and answer within 0.01 s.',
    'Ending the browser did not finish within 10 ms.',
  ]);
});

it('says why a browser did not start', async () => {
  const failed = new WakeyError('browser-failed', { what: 'It died at once.', hint: 'Read its output.' });
  expect(await runBrowser({ driver: driverThat(() => Promise.reject(failed)), signal })).toEqual([
    { check: 'browser-runs', is: 'bad', what: 'It died at once.', hint: 'Read its output.' },
  ]);
});
