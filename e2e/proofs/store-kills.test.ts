import { it } from 'vitest';
import { run } from './store-kills.ts';

it('keeps the login and the backups when a session is killed while it links, is saved, restored or stopped (a sample of the proof "store-kills")', async () => {
  await run({ seed: 1, count: 7, log: () => undefined });
});
