import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { driverClauses, openDriverSubject, ownerClauses } from '@wakey/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { tested } from './testing/tested-driver.js';

describe('the driver through puppeteer-core', () => {
  const subject = openDriverSubject(tested);
  for (const { name, check } of driverClauses) it(name, () => check(subject));
  for (const { name, check } of ownerClauses) it(name, () => check(tested));
  afterAll(() => subject.close());
});

it('keeps the clauses of navigation under the test runner of Node too', async () => {
  const file = join(import.meta.dirname, 'testing/node-test.ts');
  const runner = ['--test', '--test-reporter=tap', '--test-name-pattern=navigation: ', file];
  const sources = ['--import', 'tsx', '--conditions', 'wakey:source'];
  const { stdout } = await promisify(execFile)(process.execPath, [...sources, ...runner], { env: process.env });
  const wanted = driverClauses.filter(({ name }) => name.startsWith('navigation: ')).length;
  expect(stdout).toMatch(new RegExp(`^# pass ${wanted}$`, 'm'));
  expect(stdout).toMatch(/^# fail 0$/m);
});
