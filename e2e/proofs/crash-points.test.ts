import { it } from 'vitest';
import { run } from './crash-points.ts';

it('goes on, or is erased for good, wherever keeping, bringing back or erasing is cut short (a sample of the proof "crash-points")', async () => {
  await run({ seed: 1, count: 8, log: () => undefined });
});
