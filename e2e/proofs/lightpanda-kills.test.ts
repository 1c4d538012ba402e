import { it } from 'vitest';
import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import { run } from './lightpanda-kills.ts';

const isHere = (await realLightpandas()).length > 0;

// The machine that runs all tests is busy, so what is missing may be older here than in the proof.
it.skipIf(!isHere)(
  'brings a session in Lightpanda back from kills (a sample of the proof "lightpanda-kills")',
  async () => {
    // This seed kills the browser alone, Node alone, and both.
    await run({ seed: 2, count: 5, lanes: 2, within: 5_000, log: () => undefined });
  },
);
