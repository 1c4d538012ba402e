import { it } from 'vitest';
import { run } from './newest-large.ts';

it('brings a large profile back without its machine (a sample of the proof "newest-large")', async () => {
  await run({ seed: 1, count: 1, megabytes: 4, within: 2_500, log: () => undefined });
});
