import { it } from 'vitest';
import { run } from './kills.ts';

it('keeps the link when browser or Node are killed at random moments (a sample of the proof "kills")', async () => {
  await run({ seed: 1, count: 5, log: () => undefined });
});
