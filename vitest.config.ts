import { defineConfig } from 'vitest/config';
import { sourceConditions } from './tooling/vitest/conditions.ts';
import { workspaces } from './tooling/workspaces.ts';

/** Every workspace with tests, by the name of its package, as `--project` takes it. e2e has a config and a run of its own. */
const projects = workspaces()
  .filter(({ name }) => !['@wakey/e2e', '@wakey/testkit'].includes(name))
  .map(({ name, folder }) => ({ name: name.replace('@wakey/', ''), root: `${import.meta.dirname}/${folder}` }));

export default defineConfig({
  test: {
    projects: projects.map(({ name, root }) => ({
      ...sourceConditions,
      test: {
        name,
        root,
        include: ['**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        // Against hanging, not against slowness: no test may fail because the machine is busy.
        testTimeout: 300_000,
        hookTimeout: 120_000,
      },
    })),
    // Two cores: two files at a time left a quarter of them idle while clauses wait for browsers.
    maxWorkers: 3,
  },
});
