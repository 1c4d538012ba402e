import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lightpandaDriver } from './lightpanda-driver.js';

let folder = '';
let executable = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wakey-telemetry-'));
  executable = join(folder, 'lightpanda');
  // A binary that writes down the variable and ends.
  const script = `[ "$1" = serve ] && printf %s "\${LIGHTPANDA_DISABLE_TELEMETRY-unset}" > '${folder}/seen'\nexit 1\n`;
  writeFileSync(executable, `#!/bin/sh\n${script}`);
  chmodSync(executable, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns the variable that the binary gets. */
async function seen(env: Readonly<Record<string, string>>): Promise<string> {
  const launching = lightpandaDriver({ executable, env: { TMPDIR: folder, ...env } }).launch({});
  await expect(launching).rejects.toMatchObject({ code: 'browser-failed' });
  return readFileSync(join(folder, 'seen'), 'utf8');
}

it('starts Lightpanda with its telemetry off', async () => {
  expect(await seen({})).toBe('true');
});

it('keeps a value of the user that turns the telemetry off', async () => {
  expect(await seen({ LIGHTPANDA_DISABLE_TELEMETRY: '1' })).toBe('1');
});

it.each(['false', '0', ''])('leaves the variable out if the user sets it to "%s"', async (value) => {
  expect(await seen({ LIGHTPANDA_DISABLE_TELEMETRY: value })).toBe('unset');
});
