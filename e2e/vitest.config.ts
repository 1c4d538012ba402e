import { defineConfig } from 'vitest/config';
import { sourceConditions } from '../tooling/vitest/conditions.ts';

export default defineConfig({
  ...sourceConditions,
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    // A browser starts, links and syncs in each; a test that hangs must still end within the run's half hour.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores: a second file of browsers beside the first, no more.
    maxWorkers: 2,
  },
});
