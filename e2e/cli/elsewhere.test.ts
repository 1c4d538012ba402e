import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CliRig, openCliRig } from './cli-rig.ts';

let rig: CliRig;
let other: Simulator;
beforeEach(async () => {
  rig = await openCliRig();
  other = await startSimulator({ speed: 20 });
});
afterEach(async () => {
  await other.close();
  expect(await rig.close()).toEqual([]);
});

/** Every file of the login and of its backups, with a digest of its bytes. Leaves out `fence.json`, which changes at each start. */
function kept(): readonly string[] {
  return ['profile', 'bundles'].flatMap((name) => {
    const folder = join(rig.folder, '.wakey-sessions', 'main', name);
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name !== 'fence.json');
    return files.map((file) => {
      const path = join(file.parentPath, file.name);
      return `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    });
  });
}

it('refuses a session at another address, changes no byte of its login and backups, and resumes it at its own address', async () => {
  const first = rig.start('--exit-when-ready');
  await rig.scan(first);
  expect(await first.exited).toBe(0);
  const before = kept();
  const elsewhere = rig.wakey('start', 'main', '--url', other.url, '--json', '--exit-when-ready');
  expect(await elsewhere.exited).not.toBe(0);
  expect(elsewhere.stdout()).toContain('"session-elsewhere"');
  expect(kept()).toEqual(before);
  const again = rig.start('--exit-when-ready');
  expect(await again.exited).toBe(0);
  expect(again.stdout()).not.toContain('"qr"');
});
