import { it } from 'vitest';
import { run } from './missing-files.ts';

it('is ready without a code when a file of the live profile is missing (a sample of the proof "missing-files")', async () => {
  await run({ seed: 1, count: 3, log: () => undefined });
});
