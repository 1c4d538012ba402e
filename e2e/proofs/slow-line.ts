import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { startSlowly } from '../support/slow-line.ts';

/** 10 MB of scripts on a line of 1 Mbit/s that stalls three times for 10 s: `wakey simulate --weight 10MB --line 1Mbit/s`. */
const heavy = { weight: 10_000_000, lineRate: 125_000 };

/** Links on a slow line with the default settings and reported progress, and resumes without a code. */
export async function run({ count = 1, log }: ProofOptions): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const { took, progress, trail, codesAgain } = await startSlowly(heavy);
    log(`code after ${seconds(took.code)}, ready after ${seconds(took.ready)}, again after ${seconds(took.again)}`);
    log(`progress: ${progress.join(', ')}`);
    log(`states: ${trail.join(', ')}`);
    if (took.code < 80_000) throw new Error(`The line was not slow: a code after ${seconds(took.code)}.`);
    if (progress.length < 10) throw new Error('The session did not report how many scripts had arrived.');
    if (codesAgain > 0 || trail.includes('backing-off'))
      throw new Error('The second start showed a code or restarted its browser.');
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
