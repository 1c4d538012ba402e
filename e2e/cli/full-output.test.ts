import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { type CliRig, openCliRig } from './cli-rig.ts';
import { program } from './wakey.ts';

/** The target of a command's stream: a file, or a full disk (`/dev/full`). */
type Target = 'file' | 'full';

describe('a full disk behind the output of a command', () => {
  let rig: CliRig;
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    rig = await openCliRig();
    const first = rig.start('--exit-when-ready');
    await rig.scan(first);
    expect(await first.exited).toBe(0);
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    expect(await rig.close()).toEqual([]);
  });

  function run(args: readonly string[], stdout: Target, stderr: Target) {
    const files = { stdout: join(rig.folder, 'out.txt'), stderr: join(rig.folder, 'err.txt') };
    const descriptors = [
      openSync(stdout === 'full' ? '/dev/full' : files.stdout, 'w'),
      openSync(stderr === 'full' ? '/dev/full' : files.stderr, 'w'),
    ];
    const child = spawn(process.execPath, [program, ...args], {
      cwd: rig.folder,
      env: { PATH: process.env.PATH, WAKEY_BROWSER: chromiumPath('headless-shell') },
      stdio: ['ignore', ...descriptors],
    });
    for (const descriptor of descriptors) closeSync(descriptor);
    running.push(child);
    const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
    return { child, exited, text: (stream: keyof typeof files) => readFileSync(files[stream], 'utf8') };
  }

  it.each([
    ['stdout', 'full', 'file'],
    ['stderr', 'file', 'full'],
    ['both', 'full', 'full'],
  ] as const)('ends no session and loses no login: %s', async (_, stdout, stderr) => {
    const args = ['start', 'main', '--url', rig.simulator.url, '--exit-when-ready', '--verbose'];
    const started = run(args, stdout, stderr);
    expect(await started.exited).toBe(0);
    if (stderr === 'file') {
      expect(started.text('stderr')).toContain('stdout cannot be written (ENOSPC): its lines are lost.');
      expect(started.text('stderr')).not.toMatch(/uncaught|Unhandled|node:internal/i);
    }
    const again = rig.start('--exit-when-ready');
    expect(await again.exited).toBe(0);
    expect(await again.event('ready')).toMatchObject({ how: 'resumed' });
  });

  it('does not prevent a running session from stopping cleanly at a signal', async () => {
    const after = rig.simulator.log().at(-1)?.seq ?? 0;
    const started = run(['start', 'main', '--url', rig.simulator.url, '--verbose'], 'full', 'full');
    await rig.simulator.waitFor('device-online', { after });
    started.child.kill('SIGTERM');
    expect(await started.exited).toBe(0);
  });

  it('fails a command whose report could not be written', async () => {
    const args = ['status', '--json'];
    const reported = run(args, 'full', 'file');
    expect([await reported.exited, reported.text('stderr')]).toEqual([1, expect.stringContaining('ENOSPC')]);
  });
});
