import { defineConfig } from 'vitest/config';
import { sourceConditions } from '../tooling/vitest/conditions.ts';

const scenarios = {
  root: import.meta.dirname,
  // Against hanging, not against slowness: beside a load of 45 on two cores, samples of proofs took more than two minutes.
  testTimeout: 300_000,
  hookTimeout: 60_000,
} as const;

/**
 * The drivers on which to run the lifecycle too, with commas between them. `npm test` sets the variable: in the same run, the waits of
 * these tests overlap with other tests.
 */
const also = (process.env.WAKEY_E2E_ALSO ?? '').split(',').filter((driver) => driver !== '');

/** The part of the lifecycle that depends most on the driver. The clauses show that the drivers are alike in the rest. */
const mostOfDriver = ['browser', 'logout', 'passkey', 'qr', 'restart'].map((name) => `lifecycle/${name}.test.ts`);

const lifecycleOn = (driver: string) => ({
  ...sourceConditions,
  test: {
    ...scenarios,
    name: `lifecycle on ${driver}`,
    include: process.env.WAKEY_TEST_MATRIX === 'whole' ? ['lifecycle/**/*.test.ts'] : mostOfDriver,
    env: { WAKEY_E2E_DRIVER: driver },
  },
});

export default defineConfig({
  test: {
    projects: [
      { ...sourceConditions, test: { ...scenarios, name: 'e2e', include: ['**/*.test.ts'] } },
      ...also.map(lifecycleOn),
    ],
    // A session mostly waits. Two files at a time leave two cores idle for a third of the run, and four slow each other down.
    maxWorkers: 3,
  },
});
