import { it } from 'vitest';
import { run } from './hot-copies.ts';

it('restores copies that were taken while the page wrote (a sample of the proof "hot-copies")', async () => {
  await run({ seed: 1, count: 4, log: () => undefined });
});
