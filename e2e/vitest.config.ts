import { defineConfig } from 'vitest/config';
import { sourceConditions } from '../tooling/vitest/conditions.ts';

const scenarios = {
  root: import.meta.dirname,
  // Against hanging, not against slowness: beside a load of 45 on two cores, samples of proofs took more than two minutes.
  testTimeout: 300_000,
  hookTimeout: 60_000,
} as const;

/** Whether to run the lifecycle on Playwright too. `npm test` sets the variable: in the same run, the waits of these tests overlap with other tests. */
const isWithPlaywright = process.env.WAKEY_E2E_ALSO === 'playwright';

const onPlaywright = {
  ...sourceConditions,
  test: {
    ...scenarios,
    name: 'lifecycle on playwright',
    include: ['lifecycle/**/*.test.ts'],
    env: { WAKEY_E2E_DRIVER: 'playwright' },
  },
};

export default defineConfig({
  test: {
    projects: [
      { ...sourceConditions, test: { ...scenarios, name: 'e2e', include: ['**/*.test.ts'] } },
      ...(isWithPlaywright ? [onPlaywright] : []),
    ],
    // A session mostly waits. Two files at a time leave two cores idle for a third of the run, and four slow each other down.
    maxWorkers: 3,
  },
});
