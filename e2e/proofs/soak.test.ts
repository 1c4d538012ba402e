import { it } from 'vitest';
import { run } from './soak.ts';

it('reaches ready or the right ending on random journeys (a sample of the proof "soak")', async () => {
  await run({ seed: 1, count: 8, log: () => undefined });
});
