import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.ts';
import { type CheckResult, runCheck, runVitest } from './check-result.ts';
import { findLightpandas, otherDrivers, wordsOn } from './lightpanda.ts';
import { packageChecks } from './packages.ts';
import { e2eFolder, reportFolder } from './places.ts';

/**
 * `npm test`: runs every check, one after the other, and all of them even if one fails.
 * A check that is not a test suite counts as one test. The last line is `N passed, N failed`.
 */
async function main(): Promise<void> {
  mkdirSync(reportFolder, { recursive: true });
  const started = Date.now();
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const lightpandas = findLightpandas();
  const outcomes: CheckResult[] = [];
  for (const check of [
    () => runCheck('biome', [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']),
    () => runCheck('typecheck', [turbo, 'run', 'typecheck', '--output-logs=errors-only', '--ui=stream']),
    () => runCheck('knip', [join(root, 'node_modules/knip/bin/knip.js'), '--no-progress', '--no-config-hints']),
    ...packageChecks(),
    () => runVitest('unit tests', root),
    // The lifecycle also runs on the other drivers: see e2e/vitest.config.ts.
    () => runVitest('end-to-end tests', e2eFolder, { env: { WAKEY_E2E_ALSO: otherDrivers(lightpandas).join() } }),
  ]) {
    outcomes.push(await check());
  }
  report(outcomes, Date.now() - started, wordsOn(lightpandas));
}

function report(outcomes: readonly CheckResult[], elapsed: number, withoutLightpandas: string | undefined): void {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\nAll checks, ${(elapsed / 60_000).toFixed(1)} minutes:`);
  for (const { name, ...outcome } of outcomes) {
    const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : '';
    console.log(
      `${outcome.failed > 0 ? '✗' : '✓'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed${skipped}`,
    );
    for (const line of [...outcome.failures, ...outcome.skips]) console.log(`    ${line}`);
  }
  if (withoutLightpandas !== undefined) console.log(withoutLightpandas);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
