import { canMount } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { scenarios } from '../support/faults/crash-points.ts';
import { run } from './full-disk.ts';

it('loses nothing on disks that are full for a while, if the test may mount disks (a sample of the proof "full-disk")', async () => {
  const lines: string[] = [];
  await run({ seed: 1, count: 8, log: (line) => lines.push(line) });
  if (canMount()) expect(lines).toHaveLength(scenarios.length);
  else expect(lines).toEqual([expect.stringContaining('NOT TRIED')]);
});
