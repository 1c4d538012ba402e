import { it } from 'vitest';
import { run } from './bundle-memory.ts';

it('packs and unpacks in little memory (a sample of the proof "bundle-memory")', async () => {
  await run({ seed: 1, count: 150, log: () => undefined });
});
