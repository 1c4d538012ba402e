import { expect, it } from 'vitest';
import { canMount } from '../../packages/store-filesystem/src/testing/small-disk.ts';
import { run } from './full-disk.ts';

it('loses nothing on disks that are full for a while, where they may be mounted (a sample of the proof "full-disk")', async () => {
  const lines: string[] = [];
  await run({ seed: 1, count: 8, log: (line) => lines.push(line) });
  if (canMount()) expect(lines).toHaveLength(5);
  else expect(lines).toEqual([expect.stringContaining('NOT TRIED')]);
});
