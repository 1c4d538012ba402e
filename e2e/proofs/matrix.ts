import { mkdirSync } from 'node:fs';
import { runVitest } from '../../tooling/checks/check-result.ts';
import { e2eFolder, reportFolder } from '../../tooling/checks/places.ts';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { root } from '../../tooling/workspaces.ts';

/** The tests that run on more combinations in the whole matrix than in `npm test`: where, and which. */
const runs = [
  [
    'clauses',
    root,
    ['packages/drivers/playwright/src/windows.test.ts', 'packages/drivers/lightpanda/src/conformance.test.ts'],
  ],
  ['lifecycle', e2eFolder, ['lifecycle', '--project', 'lifecycle on *']],
] as const;

/** Runs the clauses and the lifecycle on each combination of driver, browser and version. */
export async function run({ count = 1, log }: ProofOptions): Promise<void> {
  mkdirSync(reportFolder, { recursive: true });
  const env = { WAKEY_TEST_MATRIX: 'whole', WAKEY_E2E_ALSO: 'playwright,lightpanda' };
  for (let number = 1; number <= count; number += 1) {
    for (const [name, folder, only] of runs) {
      const { passed, failed, failures } = await runVitest(`matrix, ${name}`, folder, { env, only });
      if (failed > 0) throw new Error(`${name}: ${failed} failed\n${failures.join('\n')}`);
      log(`${number} of ${count}, ${name}: ${passed} passed`);
    }
  }
}
