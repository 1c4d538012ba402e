import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ProofOptions } from '../../tooling/proof/proof.ts';

/** The files whose tests run on more combinations in the whole matrix than in `npm test`. */
const runs = [
  {
    in: '.',
    files: ['packages/drivers/playwright/src/windows.test.ts', 'packages/drivers/lightpanda/src/conformance.test.ts'],
  },
  { in: 'e2e', files: ['lifecycle'], project: 'lifecycle on *' },
];

/** Runs the clauses and the lifecycle on each combination of driver, browser and version. */
export async function run({ count = 1, log }: ProofOptions): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const env = { ...process.env, WAKEY_TEST_MATRIX: 'whole', WAKEY_E2E_ALSO: 'playwright,lightpanda' };
  for (let number = 1; number <= count; number += 1) {
    for (const { in: folder, files, project } of runs) {
      const only = project === undefined ? [] : ['--project', project];
      const child = spawn(process.execPath, [vitest, 'run', ...only, ...files], {
        cwd: join(root, folder),
        env,
        stdio: 'inherit',
      });
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`${files.join(', ')}: exit ${code}`);
      log(`${number} of ${count}: ${project ?? files.join(', ')} passed`);
    }
  }
}
