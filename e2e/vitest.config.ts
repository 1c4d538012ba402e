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
    // Two cores: with two files at a time they stand idle for a third of the run, since a session waits much of its life.
    maxWorkers: 3,
  },
});
