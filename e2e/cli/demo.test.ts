import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { runDemo } from './demo.ts';
import { runWakey } from './wakey.ts';

describe('wakey demo', () => {
  it('observes every step, and leaves no process and no file', async () => {
    const { code, stdout, stderr, leftProcesses, leftFiles } = await runDemo();
    expect([code, stderr]).toEqual([0, '']);
    expect([leftProcesses, leftFiles]).toEqual([[], []]);
    const steps = stdout.split('\n').filter((line) => line.includes('✓'));
    expect(steps).toHaveLength(9);
    expect(stdout).toMatch(/all of it +\d+(\.\d+)? s/);
    expect(stdout).toContain('Every step was observed.');
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});

describe('wakey demo that is interrupted', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(async () => {
    expect(processesNaming(folder.path)).toEqual([]);
    expect(await readdir(folder.path)).toEqual([]);
    await folder.remove();
  });

  const run = (...args: readonly string[]) =>
    runWakey(['demo', ...args], { cwd: folder.path, env: { TMPDIR: folder.path } });

  it('names the step that failed and the reason, and exits with 1', async () => {
    const wakey = run('--browser', '/bin/false');
    expect(await wakey.exited).toBe(1);
    expect(wakey.stderr()).toContain('✗ Not observed: browser starts, a QR code is shown.');
    expect(wakey.stderr()).toContain('browser-failed');
  });

  it('removes all its processes and files at Ctrl-C', async () => {
    const wakey = run();
    await wakey.says('✓ phone reads');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(130);
  });

  it('with --keep stays linked until Ctrl-C, so that a person can try commands', async () => {
    const wakey = run('--keep', '--speed', '20');
    const line = await wakey.says('/phone/devices');
    const [devices = ''] = /http:\S+/.exec(line) ?? [];
    await wakey.says('ready as 447700900000@c.us');
    const { devices: linked } = (await (await fetch(devices)).json()) as { devices: { id: string }[] };
    expect(linked).toHaveLength(1);
    const unlink = devices.replace('devices', 'unlink');
    expect(wakey.stdout()).toContain(`curl -d '{}' ${unlink}`);
    await fetch(unlink, { method: 'POST', body: '{}' });
    await wakey.says('ended: logged-out-by-phone');
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
  });

  it('leaves no process when it is killed', async () => {
    const wakey = run();
    await wakey.says('✓ ready');
    wakey.child.kill('SIGKILL');
    await wakey.exited;
    // The session's process notices that the demo is dead, and stops cleanly. Only the folder remains.
    await vi.waitFor(() => expect(processesNaming(folder.path)).toEqual([]), 60_000);
    for (const name of await readdir(folder.path)) expect(name).toMatch(/^wakey-demo-/);
    await folder.remove();
    folder = await makeFolder();
  });
});
