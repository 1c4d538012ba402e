import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../testing/run.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wakey-no-demo-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('leaves no folder behind when the driver cannot be loaded', async () => {
  const { code, err } = await run(folder, ['demo', '--driver', './no-driver.js']);
  expect(code).toBe(2);
  expect(err).toContain('no-driver.js');
  expect(readdirSync(folder)).toEqual([]);
});
