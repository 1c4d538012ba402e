import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../workspaces.ts';
import { countTests } from './check-result.ts';

const file = (status: string, ...statuses: string[]) => ({
  name: join(root, 'packages/x.test.ts'),
  status,
  assertionResults: statuses.map((each, index) => ({ status: each, fullName: `does ${index}` })),
});

it('counts the tests and names those that failed', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 1,
    testResults: [file('failed', 'passed', 'failed', 'pending')],
  };
  expect(countTests(report, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 1,
    failures: ['packages/x.test.ts: does 1'],
    skips: ['packages/x.test.ts: 1 of 3 skipped, such as "does 2"'],
  });
});

it('names the file whose tests are all skipped', () => {
  const testResults = [file('passed', 'skipped', 'skipped'), file('passed', 'passed')];
  const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 2, testResults };
  expect(countTests(report, 0).skips).toEqual(['packages/x.test.ts: all skipped, such as "does 0"']);
});

it('counts a file that fails outside its tests as one failure, for example after a wrong import', () => {
  const report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [file('failed')] };
  expect(countTests(report, 1)).toMatchObject({
    failed: 1,
    failures: ['packages/x.test.ts: failed outside its tests'],
  });
});

it('counts a run that fails although its tests pass as one failure, for example after an unhandled rejection', () => {
  const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, testResults: [file('passed', 'passed')] };
  expect(countTests(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  expect(countTests(report, 0)).toMatchObject({ passed: 1, failed: 0 });
});

it('counts a run without a report as failed', () => {
  expect(countTests(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
});
