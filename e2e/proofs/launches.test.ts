import { it } from 'vitest';
import { run } from './launches.ts';

it('leaves no process, file or connection after launches and kills, for each driver (a sample of the proof "launches")', async () => {
  await run({ seed: 1, count: 8, log: () => undefined });
});
