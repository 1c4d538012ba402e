import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linuxProcessTable } from './linux.js';
import { macosProcessTable } from './macos.js';
import { windowsProcessTable } from './windows.js';

it('on Linux reads /proc: names with spaces and parentheses, zombies, markers, and hidden processes', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'wakey-proc-'));
  const stat = (pid: number, name: string, state: string, rest: string) =>
    `${pid} (${name}) ${state} ${rest} 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 7 0 ${pid}77 1 1`;
  const put = async (pid: number, text: string, environ?: string) => {
    await mkdir(join(proc, String(pid)));
    await writeFile(join(proc, String(pid), 'stat'), text);
    if (environ !== undefined) await writeFile(join(proc, String(pid), 'environ'), environ);
  };
  await mkdir(join(proc, 'sys/kernel/random'), { recursive: true });
  await writeFile(join(proc, 'sys/kernel/random/boot_id'), 'boot\n');
  await put(5, stat(5, 'chrome) S 1 (x', 'S', '1 5 5'), 'A=1\0WAKEY_BROWSER_ID=abc\0');
  await put(6, stat(6, 'zombie', 'Z', '5 5 5'), 'WAKEY_BROWSER_ID=abcd\0');
  await put(7, stat(7, 'hidden', 'S', '5 7 7'));
  await mkdir(join(proc, '8'));
  // Kernel threads have no environment. This one has a marker, to prove that the table does not look for it.
  const thread = stat(9, 'kworker/0:1', 'I', '2 0 0').replace('4194304', '69238880');
  await put(9, thread, 'WAKEY_BROWSER_ID=abc\0');
  await put(90, stat(90, 'long', 'S', '1 90 90'), `${'LONG=€\0'.repeat(5_000)}WAKEY_BROWSER_ID=abc\0`);
  await put(91, stat(91, 'longer name', 'S', '1 91 91'), 'A_WAKEY_BROWSER_ID=abc\0WAKEY_BROWSER_ID=abc2\0');
  const table = linuxProcessTable(proc);
  const entries = await table.list('abc');
  expect(entries).toEqual([
    { pid: 5, parent: 1, group: 5, session: 5, startTime: 'boot/577', alive: true, marked: true },
    { pid: 6, parent: 5, group: 5, session: 5, startTime: 'boot/677', alive: false, marked: false },
    { pid: 7, parent: 5, group: 7, session: 7, startTime: 'boot/777', alive: true, marked: false },
    { pid: 9, parent: 2, group: 0, session: 0, startTime: 'boot/977', alive: true, marked: false },
    { pid: 90, parent: 1, group: 90, session: 90, startTime: 'boot/9077', alive: true, marked: true },
    { pid: 91, parent: 1, group: 91, session: 91, startTime: 'boot/9177', alive: true, marked: false },
  ]);
  const [first, second, third] = entries;
  await writeFile(join(proc, '7/stat'), stat(7, 'reused', 'S', '5 7 7').replace('777', '999'));
  expect(await table.alive([first, second, third].filter((entry) => entry !== undefined))).toEqual([first]);
  await rm(proc, { recursive: true });
});

it('on macOS reads ps', async () => {
  const text = [
    '    1     0     1 Ss   Mon Nov 23 18:00:00 2026     /sbin/launchd',
    '  501     1   501 S+   Mon Nov 23 18:36:12 2026     /Applications/Chromium --x WAKEY_BROWSER_ID=abc HOME=/x',
    '  502   501   501 Z    Mon Nov  3 18:36:13 2026     (Chromium)',
    '',
  ].join('\n');
  const table = macosProcessTable(async () => text);
  const entries = await table.list('abc');
  expect(entries.map(({ pid, parent, group, alive, marked }) => [pid, parent, group, alive, marked])).toEqual([
    [1, 0, 1, true, false],
    [501, 1, 501, true, true],
    [502, 501, 501, false, false],
  ]);
  expect(entries[1]?.startTime).toBe('Mon Nov 23 18:36:12 2026');
  expect((await table.alive(entries)).map(({ pid }) => pid)).toEqual([1, 501]);
});

it('on Windows reads the processes from PowerShell’s Win32_Process', async () => {
  const text =
    '4\t0\t\t\r\n900\t4\t638\tC:\\chrome.exe --wakey-browser-id=abc\r\n901\t900\t639\tC:\\chrome.exe --type=gpu\r\n';
  const table = windowsProcessTable(async () => text);
  const entries = await table.list('abc');
  expect(entries.map(({ pid, parent, startTime, marked }) => [pid, parent, startTime, marked])).toEqual([
    [4, 0, '', false],
    [900, 4, '638', true],
    [901, 900, '639', false],
  ]);
});
