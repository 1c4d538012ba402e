import { canMount } from '@wakey/testkit';
import { it } from 'vitest';
import { run } from './store-behind.ts';

// Without a small disk, one that is so slow that a warning is due.
it('stays ready while its store is behind, and loses little once the store has caught up (a sample of the proof "store-behind")', async () => {
  const troubles = canMount() ? (['full'] as const) : (['slow'] as const);
  await run({
    seed: 1,
    count: 1,
    troubles,
    megabytes: 4,
    bytesPerSecond: 500_000,
    within: 2_500,
    log: () => undefined,
  });
});
