import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { linux } from './platform-linux.js';
import { macos } from './platform-macos.js';
import { windows } from './platform-windows.js';

/** The `ps` of Linux writes the same as that of macOS, so the macOS platform is tested on Linux too. */
const here = [
  ...(process.platform === 'linux' ? [['linux', linux] as const] : []),
  ...(process.platform === 'win32' ? [['windows', windows] as const] : [['macos', macos] as const]),
];

it.each(here)(
  'on %s returns start time and command line of a live process, and undefined for a dead one',
  async (_, platform) => {
    const argument = '--user-data-dir=/a place/(odd) name';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)', '--', argument]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const facts = await platform.process(pid);
    expect(facts).toEqual({ pid, startTime: expect.any(String), command: expect.stringContaining(argument) });
    expect(await platform.process(pid)).toEqual(facts);
    expect(await platform.processesWith(argument)).toEqual([pid]);
    expect(await platform.processesWith('--user-data-dir=/a place/(odd)-')).toEqual([]);

    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await platform.process(pid)).toBeUndefined();
    expect(await platform.processesWith(argument)).toEqual([]);
  },
);

it.each(here)('on %s returns undefined for numbers that are not process ids', async (_, platform) => {
  for (const pid of [0, -1, 1.5, 2 ** 53]) expect(await platform.process(pid)).toBeUndefined();
});

it.runIf(process.platform === 'linux')('treats a zombie as dead', async () => {
  // The shell's child ends, and the shell, which has become another program, never collects it.
  const shell = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 1000']);
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [line] = await once(shell.stdout, 'data');
  const pid = Number(String(line).trim());
  await expect.poll(() => linux.process(pid), { timeout: 10_000 }).toBeUndefined();
  expect(process.kill(pid, 0)).toBe(true);
});
