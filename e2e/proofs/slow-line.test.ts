import { expect, it } from 'vitest';
import { startSlowly } from '../support/slow-line.ts';

it('links with reported progress, and resumes, on a slow line that stalls (a sample of the proof "slow-line")', async () => {
  // Each stall lasts longer than the page may lack parts once its scripts have run.
  const troubles = { weight: 200_000, lineRate: 400_000, lineStallMs: 1_200 };
  const { progress, trail, codesAgain } = await startSlowly(troubles, { patience: 500, settle: 500 });
  const counted = progress.filter((text) => /^scripts \(\d+ of 10 loaded\)$/.test(text));
  expect(counted.length, progress.join()).toBeGreaterThan(3);
  expect(trail).not.toContain('backing-off');
  expect(codesAgain).toBe(0);
});
