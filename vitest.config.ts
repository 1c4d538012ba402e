import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { sourceConditions } from './tooling/vitest/conditions.ts';

/** Every workspace but e2e is a project named after its folder; e2e has a config and a run of its own. */
const folders = ['packages', 'apps']
  .map((parent) => `${import.meta.dirname}/${parent}`)
  .filter((parent) => existsSync(parent))
  .flatMap((parent) => readdirSync(parent).map((name) => ({ name, root: `${parent}/${name}` })))
  .filter(({ root }) => existsSync(`${root}/package.json`));

export default defineConfig({
  test: {
    projects: [...folders, { name: 'tooling', root: `${import.meta.dirname}/tooling` }].map(({ name, root }) => ({
      ...sourceConditions,
      test: {
        name,
        root,
        include: ['**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        // Against hanging, not against slowness: no test may fail because the machine is busy.
        testTimeout: 120_000,
        hookTimeout: 120_000,
      },
    })),
    // Two cores, and real browsers beside us: four files at a time starve each other, and clauses miss their deadlines.
    maxWorkers: 2,
  },
});
