import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { runWakey } from './wakey.ts';

describe('wakey simulate', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ path: folder, remove } = await makeFolder());
  });
  afterEach(() => remove());

  it('prints its addresses as one line of JSON, serves until Ctrl-C, and frees its ports', async () => {
    const wakey = runWakey(['simulate', '--json', '--speed', '20'], { cwd: folder });
    const { url, control } = JSON.parse(await wakey.says('control'));
    expect(await (await fetch(url)).text()).toContain('<!doctype html>');
    expect(await (await fetch(`${control}/phone/devices`)).json()).toEqual({ devices: [] });
    const refusal = await fetch(`${control}/phone/scan`, { method: 'POST', body: JSON.stringify({ qr: 'nonsense' }) });
    expect([refusal.status, await refusal.json()]).toMatchObject([409, { error: { code: 'unreadable-code' } }]);
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('prints its addresses and how to begin for a person', async () => {
    const wakey = runWakey(['simulate', '--https'], { cwd: folder });
    await wakey.says('Ctrl-C');
    expect(wakey.stdout()).toMatch(/page +https:\/\/127\.0\.0\.1:\d+\//);
    expect(wakey.stdout()).toContain('--ignore-certificate-errors');
    expect(wakey.stdout()).toContain('/phone/enter-code');
    for (const line of wakey.stdout().split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    wakey.child.kill('SIGTERM');
    expect(await wakey.exited).toBe(0);
  });

  it('reports a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const wakey = runWakey(['simulate', '--port', String(port)], { cwd: folder });
    expect(await wakey.exited).toBe(2);
    expect(wakey.stderr()).toContain(`Port ${port} is taken.`);
    await new Promise((resolve) => other.close(resolve));
  });
});
