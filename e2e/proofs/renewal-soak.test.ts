import { it } from 'vitest';
import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import { run } from './renewal-soak.ts';

const isHere = (await realLightpandas()).length > 0;

it.skipIf(!isHere)(
  'renews a Lightpanda whose page redraws, and is ready again without a code each time (a sample of the proof "renewal-soak")',
  async () => {
    const policy = { renewAt: 1.1, renewEvery: 1_000, heartbeat: 2_000, settle: 200 };
    await run({ seed: 1, count: 40, rows: 1_000, policy, log: () => undefined });
  },
);
