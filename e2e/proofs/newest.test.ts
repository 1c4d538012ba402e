import { it } from 'vitest';
import { run } from './newest.ts';

it('brings back every message that the page had told after the browser, Node or both are killed (a sample of the proof "newest")', async () => {
  await run({ seed: 1, count: 3, log: () => undefined });
});
