import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { deathAt, type Scenario, scenarios, tryOut } from '../support/faults/crash-points.ts';
import { crashingFiles } from '../support/faults/crashing-files.ts';
import { makeTemplate } from '../support/faults/template.ts';
import { makeFolder } from '../support/folder.ts';

/**
 * Kills a session's process at every call by which the session or its store changes a file: while it saves a backup at a
 * stop and while the browser runs, appends changes to a backup, restores a missing and a damaged profile and a backup with
 * changes appended, and erases on command and after a logout. The next start must have the old profile or the new one, never
 * a mixture; erased data must stay erased. `count`: how many calls
 * of each scenario to try, spread evenly, from a call that the seed chooses. Default: every call.
 */
export async function run({ seed, count, log }: ProofOptions): Promise<void> {
  const template = await makeTemplate();
  const folder = await makeFolder();
  const files = crashingFiles();
  const failures: string[] = [];
  const tryAt = async (scenario: Scenario, nth: number) => {
    const directory = mkdtempSync(join(folder.path, 'try-'));
    const faults = await tryOut(deathAt(files, nth), { scenario, template, directory });
    for (const fault of faults) failures.push(`${scenario.name}, call ${nth} (${files.calls[nth - 1]}): ${fault}`);
  };
  try {
    for (const scenario of scenarios) {
      // The first try dies at no call. It counts the calls of the scenario.
      await tryAt(scenario, Number.POSITIVE_INFINITY);
      const calls = files.calls.length;
      const step = count === undefined ? 1 : Math.max(1, Math.floor(calls / count));
      let tried = 0;
      for (let nth = 1 + (step === 1 ? 0 : seed % step); nth <= calls; nth += step) {
        await tryAt(scenario, nth);
        tried += 1;
      }
      log(`${scenario.name}: died at ${tried} of ${calls} calls`);
    }
  } finally {
    files.remove();
    await folder.remove();
    await template.remove();
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
