import { it } from 'vitest';
import { run } from './crash-points.ts';

it('resumes, or is erased for good, whichever call of a save, a restore or an erasure the process dies at (a sample of the proof "crash-points")', async () => {
  await run({ seed: 1, count: 8, log: () => undefined });
});
